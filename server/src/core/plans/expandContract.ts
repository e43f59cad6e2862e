import type { Column, Relation } from '../catalog/catalog.js';
import { replaceInCounterpart } from '../fixes/counterpart.js';
import { replaceStatement } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { guard, guardOfNew } from '../fixes/lockTimeout.js';
import { parsesCleanly } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import { typeName } from '../sql/types.js';
import { addColumn, dropColumn, dropDefault, qualified, quoteIdent, setDefault, setNotNull } from '../sql/write.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { views } from '../statements/dependents.js';
import { batchKey, nameOf } from '../statements/tables.js';
import { listed } from '../text/words.js';
import { type CarryOver, carryOver } from './carryOver.js';
import { type NewMigration, newMigrations } from './newMigrations.js';
import { notNullProof } from './notNullProof.js';
import { batches, type Change, syncing } from './templates/staged.js';

export interface Replacement {
  readonly title: string;
  /** Of the new migrations: `name_backfill`, `name_contract`. */
  readonly name: string;
  readonly table: Relation;
  readonly column: Column;
  /** The column that takes over. */
  readonly to: string;
  readonly type: string;
  /** The statement of the other half that undoes this one. */
  readonly undoes: (statement: Statement) => boolean;
}

/**
 * Expand → migrate → contract in place of a change that running code cannot follow: this migration adds the new column and a
 * trigger that keeps both equal; one migration fills the old rows in batches, and one drops the old column later.
 * None where the catalog does not know enough to get it right.
 */
export function replaceColumn(at: AnalysedStatement, file: FileContext, how: Replacement): readonly Fix[] {
  const plan = planOf(at, file, how);
  if (!plan || isUsedLater(at, file, how)) return [];
  const edit = replaceStatement(file.script, at.statement, [...guard(at, file), ...plan.expand]);
  const files = newMigrations(file, [
    {
      name: `${how.name}_backfill`,
      up: [plan.backfill],
      down: ['-- Nothing to undo: the migration before takes the copies away with their column.'],
    },
    ...plan.indexes,
    {
      name: `${how.name}_contract`,
      up: [guardOfNew(), ...plan.contract],
      down: [guardOfNew(), ...plan.uncontract],
    },
  ]);
  if (!edit || !files) return [];
  const down = replaceInCounterpart(file, how.undoes, plan.unexpand);
  // A down that still undoes the old way would fail: then it is for a person to do.
  if (file.counterpart && file.counterpart.statements.length > 0 && down.length === 0) return [];
  return [{ title: how.title, safety: 'review', edits: [{ uri: file.uri, edits: [edit] }, ...down], newFiles: files }];
}

interface Plan {
  readonly indexes: readonly NewMigration[];
  readonly expand: readonly string[];
  readonly unexpand: readonly string[];
  readonly backfill: string;
  readonly contract: readonly string[];
  readonly uncontract: readonly string[];
}

function planOf(at: AnalysedStatement, file: FileContext, how: Replacement): Plan | undefined {
  const { table, column, to } = how;
  const key = batchKey(table);
  const isKey = key?.name === column.name;
  if (!key || isKey || table.kind !== 'table' || table.isPartition || table.columns.has(to)) return undefined;
  if (column.generated || column.identity || column.serial || isReferenced(at, table, column)) return undefined;
  // A generated column that reads the old one goes with it, without a word; what each reads is not known here.
  if ([...table.columns.values()].some((c) => c.generated)) return undefined;
  // A view would keep the old column from being dropped, and what it is made of is not for a fix to change.
  if (views(at, table, column.name, new Set()).length > 0) return undefined;
  const name = nameOf(table, at.before);
  const sql = qualified(name.schema, name.name);
  const oldType = typeName(column.type);
  const change: Change = {
    table: { schema: name.schema, name: name.name, sql },
    from: column.name,
    to,
    key: key.name,
    type: how.type,
    oldType,
    cast: how.type !== oldType,
  };
  const carried = carryOver(at, file, table, column.name, to, change.cast);
  const plan = stepsOf(change, how, carried);
  return [...plan.expand, ...plan.unexpand, ...plan.contract, ...plan.uncontract, plan.backfill].every(isSql)
    ? plan
    : undefined;
}

function stepsOf(change: Change, how: Replacement, carried: CarryOver): Plan {
  const { column } = how;
  const { table } = change;
  const [from, to] = [quoteIdent(change.from), quoteIdent(change.to)];
  const copy = change.cast ? `${from}::${change.type}` : from;
  const back = change.cast ? `${to}::${change.oldType}` : to;
  const sync = syncing(change);
  const [create, drop] = [statementsOf(sync.create), statementsOf(sync.drop)];
  const proof = column.notNull ? notNullProof(table, change.to) : undefined;
  const { defaultSql } = column;
  return {
    indexes: carried.indexes,
    expand: [
      addColumn(table, { name: change.to, type: change.type }),
      ...create,
      ...(proof ? [proof.add] : []),
      ...carried.expand,
    ],
    unexpand: [...drop, dropColumn(table, change.to)],
    backfill: batches(change.table, change.key, `${to} = ${copy}`, `${to} IS DISTINCT FROM ${copy}`)
      .trimEnd()
      .replace(/;$/, ''),
    contract: [
      ...carried.validate,
      ...(proof ? [proof.validate, proof.setNotNull, proof.drop] : []),
      ...carried.contract,
      // Only now: while both columns are written, a default of the new one would win over what old code writes.
      ...(defaultSql === undefined ? [] : [setDefault(table, change.to, defaultSql)]),
      ...drop,
      ...notesOn(how, carried.left),
      `-- lockstep:ignore drop-column -- apply this only when no running version of the application uses ${change.from} any more`,
      dropColumn(table, change.from),
    ],
    uncontract: [
      addColumn(table, { name: change.from, type: change.oldType }),
      `UPDATE ${table.sql} SET ${from} = ${back}`,
      ...carried.uncontract,
      ...(defaultSql === undefined ? [] : [setDefault(table, change.from, defaultSql), dropDefault(table, change.to)]),
      ...(proof ? [setNotNull(table, change.from), proof.add, proof.dropNotNull] : []),
      ...create,
    ],
  };
}

/** What could not be carried over, for a person to give to the new one. */
function notesOn({ column, to }: Replacement, left: readonly string[]): readonly string[] {
  if (left.length === 0) return [];
  return [`-- Before this, give ${to} what ${column.name} has: ${listed(left, 9)}.`.replace(/[\r\n]+/g, ' ')];
}

/** A key that others refer to cannot be doubled by a trigger alone. */
function isReferenced(at: AnalysedStatement, table: Relation, column: Column): boolean {
  return at.before
    .referencing(table.key)
    .some(({ constraint }) => constraint.references?.columns.includes(column.name));
}

/** Later statements of the file that work on the table may count on the change. */
function isUsedLater(at: AnalysedStatement, file: FileContext, { table }: Replacement): boolean {
  return file.statements.some(
    (s) => s.statement.index > at.statement.index && s.effect.locks.some((l) => l.relation === table.key),
  );
}

/** `CREATE FUNCTION …; CREATE TRIGGER …;` as two statements without semicolons: what holds them apart is an empty line. */
function statementsOf(sql: string): readonly string[] {
  return sql.split(/;\n\n(?=CREATE TRIGGER |DROP FUNCTION )/).map((s) => s.trim().replace(/;$/, ''));
}

function isSql(sql: string): boolean {
  return sql.startsWith('--') || parsesCleanly(sql);
}
