import type { Column } from '../catalog/catalog.js';
import { lengthCheckFix } from '../plans/newType.js';
import { as, text } from '../sql/tree.js';
import { typeName } from '../sql/types.js';
import { quoteIdent, quoteLiteral } from '../sql/write.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { type ColumnTypeChange, hasUsing, typeChanges, typeSince } from '../statements/typeChanges.js';
import type { Report, Rule } from './rule.js';

export const changeTypeNarrows: Rule = {
  id: 'change-type-narrows',
  title: 'Type change that loses values or fails on them',
  danger: 'loses-data',
  severity: 'error',
  statements: ['AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/datatype.html',
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE',
    'atlas: DS (destructive changes), MF (data dependent changes)',
  ],
  *check(at, file) {
    for (const change of typeChanges(at)) {
      const { column, columnName, verdict } = change;
      if (!column || !verdict) continue;
      const report =
        missingValues(at, file, change, column) ?? uncastable(change, column) ?? lossy(at, file, change, column);
      if (!report) continue;
      yield {
        ...report,
        related: [typeSince(columnName, column)],
      };
    }
  },
};

function lossy(at: AnalysedStatement, file: FileContext, change: ColumnTypeChange, column: Column): Report | undefined {
  const { mayLose } = change.verdict ?? {};
  // A USING that computes says that somebody has thought about the values.
  if (!mayLose || (mayLose === 'fails' && hasUsing(change) && !castsItself(change))) return undefined;
  const from = typeName(column.type);
  const mild = mayLose === 'precision' || (mayLose === 'fails' && hasUsing(change));
  return {
    span: change.span,
    ...(mild ? { severity: 'warning' as const } : {}),
    message: messageOf(`${change.table.display}.${change.columnName}`, from, change.toSql, mayLose),
    detail: `${detailOf(change, from)} Look for such values first, on the data it will meet, and decide what becomes of them. The down cannot bring back what is cut off or rounded.`,
    fixes: () => lengthCheckFix(at, file, change),
  };
}

/** `USING c::type`, as opposed to an expression that computes. */
function castsItself({ cmd }: ColumnTypeChange): boolean {
  const cast = as(as(cmd.def, 'ColumnDef')?.raw_default, 'TypeCast');
  return as(cast?.arg, 'ColumnRef') !== undefined;
}

/** Values of an enum that the new one does not have, unless the file deals with them before. */
function missingValues(
  at: AnalysedStatement,
  file: FileContext,
  change: ColumnTypeChange,
  column: Column,
): Report | undefined {
  const from = at.before.type(column.type.schema, column.type.name);
  const to = at.before.type(change.to.schema, change.to.name);
  if (from?.kind !== 'enum' || to?.kind !== 'enum' || !isByName(change)) return undefined;
  const gone = from.values.filter((v) => !to.values.includes(v));
  if (gone.length === 0 || isWrittenBefore(at, file, change)) return undefined;
  const name = `${change.table.display}.${change.columnName}`;
  return {
    span: change.span,
    message: `Fails on the first row whose ${name} is ${gone.map(quoteLiteral).join(' or ')}: the new type has no such value.`,
    detail: `PostgreSQL reads every value by its name into the new type, under ACCESS EXCLUSIVE, and stops with 22P02 at one that it does not have. Change those rows first, in a migration of its own: UPDATE … SET ${change.columnName} = … WHERE ${change.columnName} IN (${gone.map(quoteLiteral).join(', ')}).`,
    fixes: [],
  };
}

/** `USING c::text::new` (or no USING): each value goes over by its name. */
function isByName({ cmd, columnName }: ColumnTypeChange): boolean {
  let node = as(cmd.def, 'ColumnDef')?.raw_default;
  while (node && 'TypeCast' in node) node = node.TypeCast.arg;
  const fields = as(node, 'ColumnRef')?.fields ?? [];
  return fields.length === 1 && text(fields[0]) === columnName;
}

/** An earlier statement of the file writes the column of this table: it may see to those values. */
function isWrittenBefore(at: AnalysedStatement, file: FileContext, { columnName, table }: ColumnTypeChange): boolean {
  return file.statements.some(({ statement: { index, node } }) => {
    if (index >= at.statement.index) return false;
    const remove = as(node, 'DeleteStmt');
    if (remove) return remove.relation?.relname === table.name.name;
    const update = as(node, 'UpdateStmt');
    return (
      update?.relation?.relname === table.name.name &&
      (update.targetList ?? []).some((t) => as(t, 'ResTarget')?.name === columnName)
    );
  });
}

const TEXT: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'citext', 'name']);
/** Types of PostgreSQL to which a text has no cast that ALTER COLUMN … TYPE would take by itself (pg_cast). */
const NOT_FROM_TEXT: ReadonlySet<string> = new Set([
  'int2',
  'int4',
  'int8',
  'numeric',
  'float4',
  'float8',
  'bool',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'uuid',
  'json',
  'jsonb',
  'bytea',
  'inet',
  'cidr',
  'xml',
  'money',
]);

/** 42804: no cast that is taken without being asked for. */
function uncastable(change: ColumnTypeChange, column: Column): Report | undefined {
  const { to } = change;
  const { type } = column;
  if (hasUsing(change) || type.array > 0 || to.array > 0 || type.schema !== undefined || to.schema !== undefined)
    return undefined;
  const fromText = TEXT.has(type.name) && NOT_FROM_TEXT.has(to.name);
  const numbers = ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'];
  const asTruth =
    (numbers.includes(type.name) && to.name === 'bool') || (type.name === 'bool' && numbers.includes(to.name));
  if (!fromText && !asTruth) return undefined;
  return {
    span: change.span,
    message: `Fails with 42804: ${typeName(type)} does not become ${change.toSql} by itself; say how with USING.`,
    detail: `PostgreSQL has no cast from ${typeName(type)} to ${change.toSql} that it uses without being asked. USING ${quoteIdent(change.columnName)}::${change.toSql} asks for it; it fails on the first value that cannot be read.`,
    fixes: [],
  };
}

function messageOf(name: string, from: string, to: string, mayLose: 'data' | 'precision' | 'fails'): string {
  switch (mayLose) {
    case 'data':
      return `${from} to ${to} cuts off part of the values of ${name}, and nothing brings it back.`;
    case 'precision':
      return `${from} to ${to} rounds the values of ${name}, and nothing brings them back.`;
    case 'fails':
      return `${from} to ${to} fails on the first value of ${name} that does not fit.`;
  }
}

function detailOf({ to, toSql, verdict }: ColumnTypeChange, from: string): string {
  switch (verdict?.mayLose) {
    case 'data':
      return `A ${from} holds more than a ${toSql} can.`;
    case 'precision':
      return `PostgreSQL rounds without a word where ${toSql} is less exact than ${from}.`;
    default:
      return to.mods.length > 0 && to.name !== 'numeric'
        ? `A value that is too long raises an error (22001), unless only spaces are cut off: the migration fails, maybe only in production.`
        : `A value out of range or of another form raises an error: the migration fails, maybe only in production. Until then ACCESS EXCLUSIVE blocks reads and writes while the rows are converted.`;
  }
}
