import type { IndexStmt } from '@pgsql/types';
import { concurrentlyEdit, edited } from '../fixes/concurrently.js';
import type { Fix } from '../fixes/fix.js';
import { runOutside } from '../plans/outside.js';
import { mentions } from '../sql/parts.js';
import { drop } from '../sql/write.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { dropsIndex, dropsIndexOf, madeIndex } from '../statements/indexes.js';
import { visibleWork } from '../statements/locks.js';
import { spanOfWords } from '../statements/spans.js';
import { type Subject, subjectOf } from '../statements/subject.js';
import type { Rule } from './rule.js';

export const createIndexBlocking: Rule = {
  id: 'create-index-blocking',
  title: 'Index built without CONCURRENTLY on a table in use',
  danger: 'blocks-writes',
  severity: 'warning',
  statements: ['IndexStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'strong_migrations: adding an index non-concurrently',
    'squawk: require-concurrent-index-creation',
  ],
  *check(at, file) {
    if (!('IndexStmt' in at.statement.node)) return;
    const stmt = at.statement.node.IndexStmt;
    const table = subjectOf(at, stmt.relation);
    if (stmt.concurrent || table.isNew || !visibleWork(at, 'indexBuild')) return;
    const partitioned = table.relation?.kind === 'partitionedTable';
    yield {
      span:
        spanOfWords(at.statement, 'CREATE', 'INDEX') ??
        spanOfWords(at.statement, 'CREATE', 'UNIQUE', 'INDEX') ??
        at.statement.span,
      message: `SHARE lock on ${table.display}${partitioned ? ' and its partitions' : ''} blocks writes until the index is built.`,
      detail: partitioned ? BY_PARTITION : CONCURRENTLY + alreadyLocked(at, table),
      fixes: () => [partitioned ? undefined : concurrently(at, file, stmt, table)].filter((f) => f !== undefined),
    };
  },
};

const CONCURRENTLY =
  'INSERT, UPDATE and DELETE wait for the whole build. CREATE INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE, which lets them go on; it is slower, ' +
  'has to run outside a transaction, and leaves an INVALID index behind when it fails: drop that one, then try again.';

const BY_PARTITION =
  'CONCURRENTLY is refused on a partitioned table. Create the index on the parent alone (CREATE INDEX … ON ONLY parent), which does not build anything, ' +
  'then CREATE INDEX CONCURRENTLY on each partition and attach each one: ALTER INDEX parent_index ATTACH PARTITION partition_index.';

/** Moving the build out does not help the statements that stay behind. */
function alreadyLocked(at: AnalysedStatement, table: Subject): string {
  if (!at.inTransaction || at.statement.index === 0) return '';
  return ` The lock is kept until the transaction ends, so what follows in this file adds to the time that writes to ${table.display} wait.`;
}

function concurrently(at: AnalysedStatement, file: FileContext, stmt: IndexStmt, table: Subject): Fix | undefined {
  const edit = concurrentlyEdit(at.statement);
  if (!edit) return undefined;
  const index = madeIndex(at);
  const name = stmt.idxname ?? index?.name;
  const schema = index?.schema ?? table.relation?.schema ?? stmt.relation?.schemaname;
  const written = stmt.relation?.schemaname === undefined ? undefined : schema;
  const down =
    name === undefined
      ? '-- Drop the index by the name that PostgreSQL gave it.'
      : drop('index', { schema: written, name }, { concurrently: true, ifExists: true });
  return runOutside(at, file, {
    title: 'Create the index CONCURRENTLY',
    edits: [edit],
    statements: [edited(at.statement, [edit])],
    name: `index_${table.name.name}`,
    down: [down],
    undoneBy: name === undefined ? () => false : dropsIndex(name),
    replaces: (earlier) => dropsIndexOf(earlier, table),
    neededBy: ({ statement, effect }) =>
      (name !== undefined && mentions(statement, name)) ||
      movesTable(statement.kind, mentions(statement, table.name.name)) ||
      (stmt.unique === true && effect.locks.some((l) => l.relation === (table.relation?.key ?? table.name.name))),
  });
}

/** The table or a column gets another name or goes: the index cannot be made after that as it is written. */
function movesTable(kind: string, mentioned: boolean): boolean {
  return mentioned && ['RenameStmt', 'DropStmt', 'AlterObjectSchemaStmt'].includes(kind);
}
