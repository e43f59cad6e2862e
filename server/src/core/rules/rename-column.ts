import { replaceColumn } from '../plans/replaceColumn.js';
import { as, rangeVar } from '../sql/tree.js';
import { typeName } from '../sql/types.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { spanFrom } from '../statements/spans.js';
import { subjectOf } from '../statements/subject.js';
import { listed } from '../text/words.js';
import type { Rule } from './rule.js';

const RELATIONS: ReadonlySet<string> = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
]);

export const renameColumn: Rule = {
  id: 'rename-column',
  title: 'Renames a column that running code uses',
  danger: 'breaks-clients',
  severity: 'warning',
  statements: ['RenameStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME',
    'https://martinfowler.com/bliki/ParallelChange.html',
    'squawk: renaming-column',
    'strong_migrations: renaming a column',
  ],
  *check(at, file) {
    const rename = as(at.statement.node, 'RenameStmt');
    if (rename?.renameType !== 'OBJECT_COLUMN' || !RELATIONS.has(rename.relationType ?? '')) return;
    const [from, to] = [rename.subname ?? '', rename.newname ?? ''];
    const table = subjectOf(at, rename.relation);
    const column = table.relation?.columns.get(from);
    if (table.isNew || column?.origin.half === file.half || isSwap(at, file, from, to)) return;
    yield {
      span: spanFrom(at.statement, 'RENAME'),
      message: `Renaming ${table.display}.${from} under ACCESS EXCLUSIVE breaks every query that still names it.`,
      detail:
        `While a release rolls out, old code names ${from} and new code names ${to}: one of them fails until all of it is replaced. ` +
        `The rename itself is quick, but behind a long query it waits for its lock, and everything on ${table.display} waits behind it. ` +
        `Add ${to} beside ${from}, keep both in step with a trigger, fill the old rows in batches, and drop ${from} once nothing uses it.${dependents(at, table.relation?.key, from)}`,
      related: column ? [{ uri: column.origin.uri, span: column.origin.span, message: `${from} was added here.` }] : [],
      fixes: () =>
        table.relation && column
          ? replaceColumn(at, file, {
              title: `Start expand and contract: ${to} beside ${from}, kept equal by a trigger`,
              name: `rename_${table.relation.name}_${from}`,
              table: table.relation,
              column,
              to,
              type: typeName(column.type),
              undoes: (s) => {
                const back = as(s.node, 'RenameStmt');
                return back?.renameType === 'OBJECT_COLUMN' && back.subname === to && back.newname === from;
              },
            })
          : [],
    };
  },
};

/** `a` to `a_old` and `a_new` to `a`: the name that code uses is there before and after. */
function isSwap(at: AnalysedStatement, file: FileContext, from: string, to: string): boolean {
  const relation = as(at.statement.node, 'RenameStmt')?.relation;
  const { schema, name } = rangeVar(relation);
  const after = file.statements.at(-1)?.after.relation(schema, name);
  if (after?.columns.has(from)) return true;
  return file.statements.some(({ statement }) => {
    const earlier = as(statement.node, 'RenameStmt');
    return (
      statement.index < at.statement.index &&
      earlier?.renameType === 'OBJECT_COLUMN' &&
      earlier.subname === to &&
      rangeVar(earlier.relation).name === name
    );
  });
}

/** Views go on under the old name by themselves; functions do not. */
function dependents(at: AnalysedStatement, table: string | undefined, column: string): string {
  const views = table === undefined ? [] : at.before.viewsOn(table);
  const using = views.filter((v) => {
    const read = table === undefined ? undefined : v.reads.get(table);
    return read === 'all' || read?.has(column);
  });
  if (using.length === 0) return '';
  return ` PostgreSQL follows the rename in ${listed(using.map((v) => v.name))}, but not in the bodies of functions.`;
}
