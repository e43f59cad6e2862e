import type { ColumnDef, Constraint } from '@pgsql/types';
import { as, columnConstraints, isNull } from '../sql/tree.js';
import { isSerial, typeRef } from '../sql/types.js';
import type { AlterContext } from './alterContext.js';
import type { EffectBuilder, Target } from './builder.js';
import { lockSequences } from './queries.js';
import { volatilityOf } from './volatility.js';

/** ADD COLUMN: free, unless every row needs a value of its own or has to be checked (ATExecAddColumn). */
export function addColumn({ b, target, members, cmd }: AlterContext): void {
  const def = as(cmd.def, 'ColumnDef');
  if (!def || target.relation?.kind === 'view' || target.relation?.kind === 'foreignTable') return;
  if (cmd.missing_ok && target.relation?.columns.has(def.colname ?? '')) return;
  const parts = columnConstraints(def);
  const find = (type: Constraint['contype']) => parts.find((c) => c.contype === type);
  const rewrite = rewriteReason(b, def, find);
  if (rewrite !== undefined) b.rewrite(members, rewrite);
  lockSequences(b, find('CONSTR_DEFAULT')?.raw_expr);
  checkColumn(b, members, def, parts, rewrite !== undefined);
  buildIndex(b, members, find);
  for (const part of parts)
    if (part.contype === 'CONSTR_FOREIGN') reference(b, target, members, part, find('CONSTR_DEFAULT')?.raw_expr);
}

type Find = (type: Constraint['contype']) => Constraint | undefined;

function rewriteReason(b: EffectBuilder, def: ColumnDef, find: Find): string | undefined {
  const name = def.colname ?? 'the column';
  if (isSerial(def.typeName)) return `every row gets a number for the serial column ${name}`;
  if (find('CONSTR_IDENTITY')) return `every row gets a number for the identity column ${name}`;
  const generated = find('CONSTR_GENERATED');
  if (generated && generated.generated_kind !== 'v')
    return `the stored generated column ${name} is computed for every row`;
  const type = typeRef(def.typeName);
  const domain = type.array === 0 ? b.catalog.type(type.schema, type.name) : undefined;
  if (domain?.kind === 'domain' && (domain.hasCheck || domain.notNull)) {
    return `every row is checked against the constraints of the domain ${type.name}`;
  }
  const volatility = volatilityOf(find('CONSTR_DEFAULT')?.raw_expr, b.catalog);
  return volatility.volatile ? `the default of ${name} is evaluated for every row: ${volatility.reason}` : undefined;
}

/** Constraints on the new column are checked against every row. */
function checkColumn(
  b: EffectBuilder,
  members: readonly Target[],
  def: ColumnDef,
  parts: readonly Constraint[],
  rewrites: boolean,
): void {
  if (rewrites) return;
  const name = def.colname ?? 'the column';
  const find = (type: Constraint['contype']) => parts.find((c) => c.contype === type);
  if (parts.some((c) => c.contype === 'CONSTR_CHECK' && !c.skip_validation))
    b.workOn('scan', members, `every row is checked against the CHECK on ${name}`);
  if (!find('CONSTR_NOTNULL') && !find('CONSTR_PRIMARY')) return;
  const given = find('CONSTR_DEFAULT')?.raw_expr;
  const virtual = find('CONSTR_GENERATED') !== undefined;
  if (!virtual && given !== undefined && !isNull(given)) return;
  b.workOn(
    'scan',
    members,
    virtual
      ? `every row is checked for NULL in ${name}`
      : `${name} is NOT NULL without a default: the statement fails on the first row`,
  );
}

function buildIndex(b: EffectBuilder, members: readonly Target[], find: Find): void {
  const key = find('CONSTR_PRIMARY') ?? find('CONSTR_UNIQUE');
  if (!key) return;
  const what = key.contype === 'CONSTR_PRIMARY' ? 'the primary key' : 'the UNIQUE constraint';
  b.workOn('indexBuild', members, `${what} gets its index while the table is locked`);
}

/** Without a default all values are NULL: nothing to check. */
function reference(
  b: EffectBuilder,
  target: Target,
  members: readonly Target[],
  part: Constraint,
  given: Constraint['raw_expr'],
): void {
  const other = b.target(part.pktable);
  if (other.key !== target.key)
    for (const member of b.family(other)) b.lock(member, 'SHARE ROW EXCLUSIVE', 'referenced');
  if (given === undefined || part.skip_validation) return;
  b.workOn('scan', members, `the new values are looked up in ${other.display}`);
  if (!isNull(given)) b.readKeys(other, target);
}
