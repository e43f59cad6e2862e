import { ignoring } from '../fixes/ignore.js';
import { guardOfNew } from '../fixes/lockTimeout.js';
import { derivedName } from '../sql/derivedName.js';
import { comment, dollarQuoted } from '../sql/quote.js';
import {
  addColumn,
  dropColumn,
  dropDefault,
  type ObjectName,
  qualified,
  quoteIdent,
  setDefault,
  setNotNull,
} from '../sql/write.js';
import { listed } from '../text/words.js';
import { updateLoop } from './batchLoop.js';
import type { CarryOver } from './carryOver.js';
import { notNullProof } from './notNullProof.js';
import { nothing, type Plan, type PlannedMigration, unused } from './plan.js';

/** A column and the one that takes its place, with the key that batches go along. */
export interface Swap {
  readonly table: ObjectName;
  readonly from: string;
  readonly to: string;
  readonly key: string;
  readonly type: string;
  readonly oldType: string;
  /** Names of columns that the batches must not use for themselves. */
  readonly columns?: Pick<ReadonlySet<string>, 'has'> | undefined;
}

/** What the old column has and the new one is to have too. */
export interface Held {
  readonly notNull: boolean;
  readonly defaultSql: string | undefined;
  readonly carried: CarryOver;
}

/** The change in its migrations: the first, then those behind it. */
export interface ExpandContract {
  /** Its up has no lock_timeout yet: it may take the place of a statement behind one. */
  readonly expand: PlannedMigration;
  readonly later: Plan;
}

/**
 * Expand → migrate → contract: the new column and a trigger that keeps both equal; the old rows in batches; later the old column
 * goes. `held`: undefined when no migration tells what the old column has. `timeout`: as in `SET lock_timeout`.
 */
export function expandContract(name: string, swap: Swap, held: Held | undefined, timeout?: string): ExpandContract {
  const { table, type, oldType } = swap;
  const [from, to] = [quoteIdent(swap.from), quoteIdent(swap.to)];
  const cast = type !== oldType;
  const copy = cast ? `${from}::${type}` : from;
  const back = cast ? `${to}::${oldType}` : to;
  const sync = syncing(swap);
  const proof = held?.notNull ? notNullProof(table, swap.to) : undefined;
  const defaultSql = held?.defaultSql;
  const { expand = [], indexes = [], validate = [], contract = [], uncontract = [] } = held?.carried ?? {};
  const guard = guardOfNew(timeout);
  return {
    expand: {
      name: `${name}_expand`,
      up: [addColumn(table, { name: swap.to, type }), ...sync.create, ...(proof ? [proof.add] : []), ...expand],
      down: [...sync.drop, dropColumn(table, swap.to)],
    },
    later: [
      {
        name: `${name}_backfill`,
        up: [updateLoop(table, swap.key, `${to} = ${copy}`, `${to} IS DISTINCT FROM ${copy}`, swap.columns)],
        down: nothing('the migration before takes the copies away with their column.'),
      },
      ...indexes,
      {
        name: `${name}_contract`,
        when: unused(`${table.name}.${swap.from}`),
        up: [
          guard,
          ...validate,
          ...(proof ? [proof.validate, proof.setNotNull, proof.drop] : []),
          ...contract,
          // Only now: while both columns are written, a default of the new one would win over what old code writes.
          ...(defaultSql === undefined ? [] : [setDefault(table, swap.to, defaultSql)]),
          ...sync.drop,
          ...notesOn(swap, held),
          ignoring('drop-column', `${swap.to} has taken its place, and nothing uses it any more`),
          dropColumn(table, swap.from),
        ],
        down: [
          guard,
          addColumn(table, { name: swap.from, type: oldType }),
          `UPDATE ${qualified(table.schema, table.name)} SET ${from} = ${back}`,
          ...uncontract,
          ...(defaultSql === undefined ? [] : [setDefault(table, swap.from, defaultSql), dropDefault(table, swap.to)]),
          ...(proof ? [setNotNull(table, swap.from), proof.add, proof.dropNotNull] : []),
          ...sync.create,
        ],
      },
    ],
  };
}

/** What could not be carried over, for a person to give to the new one. */
function notesOn({ from, to }: Swap, held: Held | undefined): readonly string[] {
  if (!held)
    return [
      comment(
        `No migration here tells what ${from} has. If it is NOT NULL or has a default, constraints or indexes, give ${to} the same before this.`,
      ),
    ];
  const { left } = held.carried;
  return left.length === 0 ? [] : [comment(`Before this, give ${to} what ${from} has: ${listed(left, 9)}.`)];
}

/** A trigger that keeps both columns equal, whichever one a version of the application writes. */
function syncing({ table, from, to, type, oldType }: Swap): {
  readonly create: readonly string[];
  readonly drop: readonly string[];
} {
  const name = derivedName([table.name, from, to], 'sync');
  const [a, b] = [quoteIdent(from), quoteIdent(to)];
  const cast = type !== oldType;
  const forth = `NEW.${b} := NEW.${a}${cast ? `::${type}` : ''};`;
  const back = `NEW.${a} := NEW.${b}${cast ? `::${oldType}` : ''};`;
  const body = `BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.${b} IS NOT NULL THEN
      ${back}
    ELSE
      ${forth}
    END IF;
  ELSIF NEW.${b} IS DISTINCT FROM OLD.${b} THEN
    ${back}
  ELSE
    ${forth}
  END IF;
  RETURN NEW;
END`;
  const on = qualified(table.schema, table.name);
  const routine = qualified(table.schema, name);
  const trigger = quoteIdent(name);
  return {
    create: [
      `CREATE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql AS ${dollarQuoted(body)}`,
      `CREATE TRIGGER ${trigger} BEFORE INSERT OR UPDATE ON ${on}\n  FOR EACH ROW EXECUTE FUNCTION ${routine}()`,
    ],
    drop: [`DROP TRIGGER ${trigger} ON ${on}`, `DROP FUNCTION ${routine}()`],
  };
}
