import type { Catalog, Column, Relation } from '../catalog/catalog.js';
import { replaceInCounterpart } from '../fixes/counterpart.js';
import { replaceStatement } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { guard } from '../fixes/lockTimeout.js';
import { earlierThan } from '../reversal/sources.js';
import type { Ground } from '../reversal/stage.js';
import { parsesCleanly } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import { typeName } from '../sql/types.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { views } from '../statements/dependents.js';
import { batchKey, nameOf } from '../statements/tables.js';
import { carryOver } from './carryOver.js';
import { type ExpandContract, expandContract, type Held } from './expandContract.js';
import { newMigrations } from './newMigrations.js';

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
 * Expand → migrate → contract in place of a change that running code cannot follow: this migration expands, new ones fill the old
 * rows and contract. None where the catalog does not know enough to get it right.
 */
export function replaceColumn(at: AnalysedStatement, file: FileContext, how: Replacement): readonly Fix[] {
  const plan = planOf(at, file, how);
  if (!plan || isUsedLater(at, file, how)) return [];
  const edit = replaceStatement(file, file.script, at.statement, [...guard(at, file), ...plan.expand.up]);
  const files = newMigrations(file, plan.later);
  if (!edit || !files) return [];
  const down = replaceInCounterpart(file, how.undoes, plan.expand.down);
  // A down that still undoes the old way would fail: then it is for a person to do.
  if (file.counterpart && file.counterpart.statements.length > 0 && down.length === 0) return [];
  return [{ title: how.title, safety: 'review', edits: [{ uri: file.uri, edits: [edit] }, ...down], newFiles: files }];
}

function planOf(at: AnalysedStatement, file: FileContext, how: Replacement): ExpandContract | undefined {
  const { table, column, to } = how;
  const key = batchKey(table);
  if (!key || whyNot(at.before, table, column, to) !== undefined) return undefined;
  const ground: Ground = { before: at.before, earlier: earlierThan(file, at.statement) };
  const oldType = typeName(column.type);
  const swap = {
    table: nameOf(table, at.before),
    from: column.name,
    to,
    key: key.name,
    type: how.type,
    oldType,
    columns: table.columns,
  };
  const plan = expandContract(how.name, swap, heldBy(ground, table, column, to, how.type !== oldType));
  return [plan.expand.up, plan.expand.down].flat().every((sql) => parsesCleanly(sql)) ? plan : undefined;
}

/** What a column has that the one in its place needs. `retyped`: its type is another one. */
export function heldBy(ground: Ground, table: Relation, column: Column, to: string, retyped: boolean): Held {
  return {
    notNull: column.notNull,
    defaultSql: column.defaultSql,
    carried: carryOver(ground, table, column.name, to, retyped),
  };
}

/** Why a column cannot give way to a second one, as far as the migrations tell: goes behind its name. */
export function whyNot(catalog: Catalog, table: Relation, column: Column, to: string): string | undefined {
  if (table.columns.has(to)) return `cannot give way to ${to}, which is there already`;
  if (table.kind !== 'table' || table.isPartition) return 'is not in a plain table';
  if (column.generated || column.identity || column.serial) return 'gets its values from the server';
  // A key that others refer to cannot be doubled by a trigger alone; the batches go along the primary key.
  const referencing = catalog.referencing(table.key);
  if (referencing.some(({ constraint }) => constraint.references?.columns.includes(column.name)))
    return 'is what foreign keys refer to';
  if (batchKey(table)?.name === column.name) return 'is the primary key';
  // A generated column that reads the old one goes with it, without a word; what each reads is not known here.
  if ([...table.columns.values()].some((c) => c.generated)) return 'is in a table with generated columns';
  // A view would keep the old column from being dropped, and what it is made of is not for a plan to change.
  const [view] = views({ before: catalog }, table, column.name, new Set());
  return view && `is read by ${view.label}`;
}

/** Later statements of the file that work on the table may count on the change. */
function isUsedLater(at: AnalysedStatement, file: FileContext, { table }: Replacement): boolean {
  return file.statements.some(
    (s) => s.statement.index > at.statement.index && s.effect.locks.some((l) => l.relation === table.key),
  );
}
