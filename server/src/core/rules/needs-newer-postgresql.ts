import { spanOfWords } from '../statements/spans.js';
import { featuresOf } from '../statements/versions.js';
import type { Rule } from './rule.js';

export const needsNewerPostgresql: Rule = {
  id: 'needs-newer-postgresql',
  title: 'Statement that the oldest PostgreSQL in use refuses',
  danger: 'fails',
  severity: 'information',
  statements: [
    'AlterTableStmt',
    'CreateFunctionStmt',
    'CreateStmt',
    'CreateTrigStmt',
    'IndexStmt',
    'MergeStmt',
    'ViewStmt',
  ],
  directions: ['up', 'down'],
  sources: ['https://www.postgresql.org/docs/release/'],
  *check({ statement }, file) {
    for (const { since, name, words } of featuresOf(statement.node)) {
      if (since <= file.pg) continue;
      yield {
        span: spanOfWords(statement, ...words) ?? statement.span,
        message: `Fails before PostgreSQL ${since}, which brought ${name}; the setting pgVersion says ${file.pg}.`,
        detail: `Where every server is PostgreSQL ${since} or newer, set pgVersion to the oldest of them: other findings depend on it, too. Where one is older, this statement is an error there, and nothing of the migration happens.`,
      };
    }
  },
};
