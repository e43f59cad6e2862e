import type { AlterTableCmd } from '@pgsql/types';
import type { Catalog, Column, Relation } from '../catalog/catalog.js';
import { typeName } from '../sql/names.js';
import { quoteIdent } from '../sql/quote.js';
import { columnSql, constraintSql, indexSql } from './recreate.js';
import { cannot, NOTHING, type Reversal, undo } from './reversal.js';

/** What the table was before the statement, and after it. */
export interface AlterScene {
  /** The table as the down names it, quoted. */
  readonly table: string;
  readonly was: Relation | undefined;
  readonly is: Relation | undefined;
  readonly before: Catalog;
}

/** How one subcommand of ALTER TABLE is undone. */
export function reverseSubcommand(cmd: AlterTableCmd, scene: AlterScene): Reversal {
  const alter = `ALTER TABLE ${scene.table}`;
  const name = cmd.name ?? '';
  const column = scene.was?.columns.get(name);
  const onColumn = `${alter} ALTER COLUMN ${quoteIdent(name)}`;
  switch (cmd.subtype) {
    case 'AT_AddColumn':
      return addedColumn(cmd, scene, alter);
    case 'AT_DropColumn':
      return droppedColumn(name, column, scene, alter);
    case 'AT_AddConstraint':
    case 'AT_AddIndexConstraint':
      return addedConstraint(cmd, scene, alter);
    case 'AT_DropConstraint':
      return droppedConstraint(name, scene, alter);
    case 'AT_ValidateConstraint':
      return NOTHING;
    case 'AT_ColumnDefault':
      return oldDefault(name, column, scene, onColumn);
    case 'AT_SetNotNull':
      return column?.notNull ? NOTHING : undo(`${onColumn} DROP NOT NULL`);
    case 'AT_DropNotNull':
      if (column && !column.notNull) return NOTHING;
      return { statements: [`${onColumn} SET NOT NULL`], notes: [`Fails while ${name} holds NULL.`] };
    case 'AT_AlterColumnType':
      return oldType(name, column, onColumn);
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
      return cannot('A change of partitions is not undone by itself: write the statement.');
    default:
      return SWITCHES[cmd.subtype ?? '']
        ? undo(`${alter} ${SWITCHES[cmd.subtype ?? '']}`)
        : cannot('This change of the table is not undone by itself: write the statement.');
  }
}

/** Subcommands without arguments that undo each other. */
const SWITCHES: Readonly<Record<string, string>> = {
  AT_EnableRowSecurity: 'DISABLE ROW LEVEL SECURITY',
  AT_DisableRowSecurity: 'ENABLE ROW LEVEL SECURITY',
  AT_ForceRowSecurity: 'NO FORCE ROW LEVEL SECURITY',
  AT_NoForceRowSecurity: 'FORCE ROW LEVEL SECURITY',
  AT_SetLogged: 'SET UNLOGGED',
  AT_SetUnLogged: 'SET LOGGED',
};

function addedColumn(cmd: AlterTableCmd, { was }: AlterScene, alter: string): Reversal {
  const name = cmd.def && 'ColumnDef' in cmd.def ? cmd.def.ColumnDef.colname : undefined;
  if (name === undefined || was?.columns.has(name)) return NOTHING;
  return undo(`${alter} DROP COLUMN ${quoteIdent(name)}`);
}

function droppedColumn(name: string, column: Column | undefined, { was, before }: AlterScene, alter: string): Reversal {
  if (!column) {
    if (was?.complete) return NOTHING;
    return cannot(`Column ${name} was dropped; its type is not known, so it is not added again. Its values are lost.`);
  }
  // Added without NOT NULL: rows exist, and their old values do not.
  const forced = column.notNull && column.defaultSql === undefined && !column.serial && !column.identity;
  const statements = [`${alter} ADD COLUMN ${columnSql(forced ? { ...column, notNull: false } : column)}`];
  const notes = [
    `The values of ${name} are lost: the column comes back empty${forced ? ', and without NOT NULL until it is filled' : ''}.`,
  ];
  for (const constraint of was?.constraints.values() ?? []) {
    if (constraint.kind === 'notNull' || !constraint.columns.includes(name)) continue;
    const sql = constraintSql(constraint, before);
    if (sql) statements.push(`${alter} ADD ${sql}`);
  }
  const owned = new Set([...(was?.constraints.values() ?? [])].flatMap((c) => c.indexName ?? []));
  for (const index of was ? before.indexesOn(was.key) : []) {
    if (owned.has(index.name) || !index.dependsOn.includes(name)) continue;
    const sql = indexSql(index, before, false);
    if (sql) statements.push(sql);
    else notes.push(`Index ${index.name} went with the column and is not made again.`);
  }
  return { statements, notes };
}

function addedConstraint(cmd: AlterTableCmd, { was, is }: AlterScene, alter: string): Reversal {
  const node = cmd.def && 'Constraint' in cmd.def ? cmd.def.Constraint : undefined;
  const names = node?.conname
    ? [node.conname]
    : [...(is?.constraints.keys() ?? [])].filter((n) => !was?.constraints.has(n));
  if (names.length === 0)
    return cannot('The name that PostgreSQL gave the constraint is not known: write the DROP CONSTRAINT.');
  return undo(...names.slice(0, 1).map((n) => `${alter} DROP CONSTRAINT ${quoteIdent(n)}`));
}

function droppedConstraint(name: string, { was, before }: AlterScene, alter: string): Reversal {
  const constraint = was?.constraints.get(name);
  if (!constraint && was?.complete) return NOTHING;
  const sql = constraint && constraintSql(constraint, before);
  return sql
    ? undo(`${alter} ADD ${sql}`)
    : cannot(`Constraint ${name} was dropped; its definition is not known, so it is not added again.`);
}

function oldDefault(name: string, column: Column | undefined, scene: AlterScene, onColumn: string): Reversal {
  if (column?.serial)
    return undo(
      `${onColumn} SET DEFAULT nextval(pg_get_serial_sequence('${scene.table.replaceAll("'", "''")}', '${name.replaceAll("'", "''")}'))`,
    );
  if (column)
    return undo(
      column.defaultSql === undefined ? `${onColumn} DROP DEFAULT` : `${onColumn} SET DEFAULT ${column.defaultSql}`,
    );
  return cannot(`The default that ${name} had before is not known.`);
}

function oldType(name: string, column: Column | undefined, onColumn: string): Reversal {
  if (!column) return cannot(`The type that ${name} had before is not known.`);
  const type = typeName(column.type);
  return {
    statements: [`${onColumn} TYPE ${type} USING ${quoteIdent(name)}::${type}`],
    notes: [`Rewrites the table when the types are stored differently; fails where a value does not fit into ${type}.`],
  };
}
