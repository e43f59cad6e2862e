import { eolOf, insert, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { derivedName } from '../sql/derivedName.js';
import { parsesCleanly } from '../sql/read.js';
import { typeName, typeRef } from '../sql/types.js';
import { qualified, quoteIdent, quoteLiteral, setDefault, sqlOf } from '../sql/write.js';
import { becomesKey, defaultOf, isUsedLater } from '../statements/addedColumn.js';
import type { AddedColumn } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { tokenAt } from '../statements/clause.js';
import { batchKey, nameOf } from '../statements/tables.js';
import type { TextEdit } from '../text/span.js';
import { updateLoop } from './batchLoop.js';
import { newMigrations } from './newMigrations.js';
import { nothing } from './plan.js';
import { requireLater } from './requireLater.js';

/** Where the values come from, and what that needs around the ADD COLUMN. */
interface Source {
  readonly expression: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** serial becomes the integer behind it. */
  readonly retype: readonly TextEdit[];
  readonly required: boolean;
}

const PLAIN: ReadonlySet<string> = new Set(['CONSTR_DEFAULT', 'CONSTR_NOTNULL', 'CONSTR_NULL']);

/** The column, then its default for new rows, then the old rows batch by batch, then NOT NULL where it was asked for. */
export function fillInBatches(
  at: AnalysedStatement,
  file: FileContext,
  added: AddedColumn,
  what: 'default' | 'serial' | 'identity',
): readonly Fix[] {
  const { relation } = added.table;
  const key = batchKey(relation);
  const column = added.column.colname ?? '';
  if (!relation || !key || relation.kind !== 'table' || !added.constraints.every((c) => PLAIN.has(c.contype ?? '')))
    return [];
  const name = nameOf(relation, at.before);
  const table = { schema: name.schema, name: name.name, sql: qualified(name.schema, name.name) };
  const source = sourceOf(at, added, what, table.sql);
  if (!source || isUsedLater(at, file, column) || becomesKey(at, file, added)) return [];
  const quoted = quoteIdent(column);
  const after = [setDefault(table, column, source.expression), ...source.after];
  const set = `${quoted} = ${source.expression}`;
  const fill = updateLoop(table, key.name, set, `${quoted} IS NULL`, relation.columns);
  if (![...source.before, ...after, fill].every((sql) => parsesCleanly(sql))) return [];
  const files = newMigrations(file, [
    {
      name: `backfill_${relation.name}_${column}`,
      up: [fill],
      down: nothing('the migration before takes the values away with their column.'),
    },
    ...(source.required ? requireLater(table, column) : []),
  ]);
  if (!files) return [];
  return [
    {
      title: `Add ${column} without it, SET DEFAULT for new rows, and fill the old ones in batches in a new migration`,
      safety: 'review',
      edits: [{ uri: file.uri, edits: editsOf(at, file, added, source, after) }],
      newFiles: files,
    },
  ];
}

function sourceOf(at: AnalysedStatement, added: AddedColumn, what: string, table: string): Source | undefined {
  const required = added.constraints.some((c) => c.contype === 'CONSTR_NOTNULL');
  const clause = defaultOf(added);
  const expression = clause && sqlOf(at.statement, clause.raw_expr);
  if (what === 'default' && expression) return { expression, before: [], after: [], retype: [], required };
  const { relation } = added.table;
  // A sequence that is there already belongs to the column that IF NOT EXISTS found.
  if (what !== 'serial' || !relation || added.cmd.missing_ok) return undefined;
  const column = added.column.colname ?? '';
  const { schema } = nameOf(relation, at.before);
  const name = derivedName([relation.name, column], 'seq');
  if (at.before.relation(schema, name)) return undefined;
  const sequence = qualified(schema, name);
  const type = typeName(typeRef(added.column.typeName));
  return {
    expression: `nextval(${quoteLiteral(sequence)})`,
    before: [`CREATE SEQUENCE ${sequence} AS ${type}`],
    after: [`ALTER SEQUENCE ${sequence} OWNED BY ${table}.${quoteIdent(column)}`],
    retype: [replace(tokenAt(at.statement, added.column.typeName?.location), type)],
    required: true,
  };
}

/** Everything behind the type goes, and the other statements come around this one. */
function editsOf(
  at: AnalysedStatement,
  file: FileContext,
  { constraints, span }: AddedColumn,
  { before, retype }: Source,
  after: readonly string[],
): readonly TextEdit[] {
  const eol = eolOf(file.script);
  const { start, end } = at.statement.span;
  const first = Math.min(span.end, ...constraints.map((c) => at.statement.at(c.location)));
  const cut = { start: file.script.text.slice(0, first).trimEnd().length, end: span.end };
  const tail = after.map((sql) => `;${eol}${sql}`).join('');
  const own =
    cut.end === end ? [replace(cut, tail)] : [...(cut.end > cut.start ? [replace(cut, '')] : []), insert(end, tail)];
  return [
    ...(before.length > 0 ? [insert(start, before.map((sql) => `${sql};${eol}`).join(''))] : []),
    ...retype,
    ...own,
  ];
}
