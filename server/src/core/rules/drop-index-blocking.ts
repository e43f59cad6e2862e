import { concurrentlyEdit, edited } from '../fixes/concurrently.js';
import { replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { runOutside } from '../plans/outside.js';
import { deriveDown } from '../reversal/derive.js';
import { earlierThan } from '../reversal/sources.js';
import { mentions } from '../sql/parts.js';
import { drop, qualified } from '../sql/write.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { droppedIndexes, type NamedIndex } from '../statements/indexes.js';
import { visibleLocks } from '../statements/locks.js';
import { spanOfWords } from '../statements/spans.js';
import { listed } from '../text/words.js';
import type { Rule } from './rule.js';

export const dropIndexBlocking: Rule = {
  id: 'drop-index-blocking',
  title: 'Index dropped without CONCURRENTLY on a table in use',
  danger: 'blocks-reads',
  severity: 'warning',
  statements: ['DropStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-dropindex.html',
    'squawk: require-concurrent-index-deletion',
    'strong_migrations: removing an index non-concurrently',
  ],
  *check(at, file) {
    if (!('DropStmt' in at.statement.node) || at.statement.node.DropStmt.concurrent) return;
    const indexes = droppedIndexes(at.statement, at.before).filter(
      (i) => !i.table || !(at.bornHere.has(i.table.key) || i.table.temporary),
    );
    if (indexes.length === 0 || visibleLocks(at, 'ACCESS EXCLUSIVE').length === 0) return;
    const owned = indexes.find(isOfConstraint);
    if (owned?.table && at.statement.node.DropStmt.behavior !== 'DROP_CASCADE') {
      const table = qualified(owned.schema, owned.table.name);
      yield {
        span: spanOfWords(at.statement, 'DROP', 'INDEX') ?? at.statement.span,
        severity: 'error',
        message: `DROP INDEX ${owned.name} fails: a constraint of ${owned.table.name} needs it.`,
        detail: `The index belongs to the constraint and goes only with it (2BP01): ALTER TABLE ${table} DROP CONSTRAINT.`,
      };
      return;
    }
    const tables = [...new Set(indexes.map((i) => i.table?.name ?? `the table of ${i.name}`))];
    const partitioned = indexes.some((i) => i.table?.kind === 'partitionedTable' || i.table?.isPartition);
    yield {
      span: spanOfWords(at.statement, 'DROP', 'INDEX') ?? at.statement.span,
      message: `ACCESS EXCLUSIVE lock on ${listed(tables)} blocks reads and writes while DROP INDEX waits and runs.`,
      detail:
        'The drop itself is quick, but it has to wait for every query on the table, and all later ones wait behind it. ' +
        (partitioned
          ? 'CONCURRENTLY is refused for the index of a partitioned table: set a short lock_timeout and try again when it is reached.'
          : 'DROP INDEX CONCURRENTLY waits without stopping anybody; it takes one index a command and has to run outside a transaction.'),
      fixes: () => [partitioned ? undefined : concurrently(at, file, indexes)].filter((f) => f !== undefined),
    };
  },
};

function concurrently(at: AnalysedStatement, file: FileContext, indexes: readonly NamedIndex[]): Fix | undefined {
  const { statement } = at;
  if (!('DropStmt' in statement.node)) return undefined;
  const { behavior, missing_ok, objects } = statement.node.DropStmt;
  const [first] = indexes;
  // CASCADE is refused with CONCURRENTLY, and so is the index of a constraint: an ALTER TABLE has to drop that.
  if (behavior === 'DROP_CASCADE' || !first || objects?.length !== indexes.length || indexes.some(isOfConstraint))
    return undefined;
  const edit = concurrentlyEdit(statement);
  const single = indexes.length === 1 && edit;
  const statements = single
    ? [edited(statement, [edit])]
    : indexes.map(({ schema, name }) =>
        drop('index', { schema, name }, { concurrently: true, ifExists: missing_ok === true }),
      );
  const edits = single ? [edit] : [replace(statement.span, statements.join(';\n'))];
  return runOutside(at, file, {
    title: indexes.length === 1 ? 'Drop the index CONCURRENTLY' : 'Drop the indexes CONCURRENTLY, one by one',
    edits,
    statements,
    name: `drop_${first.name}`,
    down: again(at, file),
    undoneBy: ({ node }) => indexes.length === 1 && 'IndexStmt' in node && node.IndexStmt.idxname === first.name,
    neededBy: (later) => indexes.some(({ name }) => mentions(later.statement, name)),
  });
}

/** The indexes made again, under the same weak lock. */
function again(at: AnalysedStatement, file: FileContext): readonly string[] {
  const { statements, notes } = deriveDown([at], { earlier: earlierThan(file, at.statement) });
  const sql = statements.map((s) =>
    s.replace(
      /^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)/,
      (_, unique?: string) => `CREATE ${unique ?? ''}INDEX CONCURRENTLY `,
    ),
  );
  return [...notes.map((note) => `-- ${note}`), ...sql];
}

function isOfConstraint({ name, table }: NamedIndex): boolean {
  return table !== undefined && [...table.constraints.values()].some((c) => c.indexName === name);
}
