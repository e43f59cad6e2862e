import { firstLine } from '../statements/clause.js';
import type { Rule } from './rule.js';

export const duplicateVersion: Rule = {
  id: 'duplicate-version',
  title: 'Two migrations have the same version',
  danger: 'fails',
  severity: 'error',
  statements: [],
  directions: ['up', 'down'],
  sources: ['golang-migrate: duplicate migration file', 'salsita/node-pg-migrate#1498'],
  *checkFile(file) {
    const { migration, set } = file;
    // Said once for a migration: in its up, or in its down where there is no up.
    if (!migration || !set || (file.direction === 'down' && migration.up)) return;
    const problem = set.problems.find((p) => p.kind === 'duplicateVersion' && p.uri === file.uri);
    if (!problem) return;
    const others = set.migrations.filter((m) => m !== migration && m.version === migration.version);
    yield {
      span: firstLine(file.script),
      message: `Version ${migration.version} is taken twice: a database records it once, so one of the two never runs.`,
      detail: `${problem.message} A database that has applied one of them counts both as applied.`,
      related: others.flatMap((m) => {
        const half = m.up ?? m.down;
        return half
          ? [{ uri: half.uri, span: { start: 0, end: 0 }, message: `${half.path} has the same version.` }]
          : [];
      }),
    };
  },
};
