import type { AlterTableCmd, Node } from '@pgsql/types';
import type { Column, Relation } from '../catalog/catalog.js';
import { qualified, quoteIdent, quoteLiteral } from '../sql/quote.js';
import { typeName } from '../sql/types.js';
import { columnSql, constraintAgain, identitySql, indexAgain, sequencesAgain } from './recreate.js';
import { cannot, NOTHING, type Reversal, undo } from './reversal.js';
import type { Stage } from './stage.js';
import { switched } from './switches.js';

/** What the table was before the statement, and after it. */
export interface AlterScene {
  /** The table as the down names it, quoted. */
  readonly table: string;
  readonly was: Relation | undefined;
  readonly is: Relation | undefined;
  readonly stage: Stage;
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
      return oldType(cmd, column, onColumn, scene);
    case 'AT_AddIdentity':
      return column?.identity ? NOTHING : undo(`${onColumn} DROP IDENTITY`);
    case 'AT_DropIdentity':
      if (!column?.identity) return column ? NOTHING : cannot(`Whether ${name} had counted by itself is not known.`);
      return {
        statements: [`${onColumn} ADD ${identitySql(column.identity)}`],
        notes: [`${name} counts from 1 again.`],
      };
    default:
      return switched(cmd, alter, onColumn);
  }
}

function addedColumn(cmd: AlterTableCmd, { was }: AlterScene, alter: string): Reversal {
  const name = cmd.def && 'ColumnDef' in cmd.def ? cmd.def.ColumnDef.colname : undefined;
  if (name === undefined || was?.columns.has(name)) return NOTHING;
  return undo(`${alter} DROP COLUMN ${quoteIdent(name)}`);
}

function droppedColumn(name: string, column: Column | undefined, { was, stage }: AlterScene, alter: string): Reversal {
  if (!column) {
    if (was?.complete) return NOTHING;
    return cannot(`Column ${name} was dropped; its type is not known, so it is not added again. Its values are lost.`);
  }
  // Added without NOT NULL: rows exist, and their old values do not.
  const forced = column.notNull && column.defaultSql === undefined && !column.serial && !column.identity;
  const sequences = was ? sequencesAgain(was, stage, name) : { first: [], last: [] };
  const add = `${alter} ADD COLUMN ${columnSql(forced ? { ...column, notNull: false } : column)}`;
  const statements = [...sequences.first, add, ...sequences.last];
  const notes = [
    `The values of ${name} are lost: the column comes back empty${forced ? ', and without NOT NULL until it is filled' : ''}.`,
  ];
  for (const constraint of was?.constraints.values() ?? []) {
    if (constraint.kind === 'notNull' || !constraint.columns.includes(name)) continue;
    const sql = was && constraintAgain(constraint, was, stage);
    if (sql) statements.push(`${alter} ADD ${sql}`);
    else notes.push(`Constraint ${constraint.name} went with the column and is not made again.`);
  }
  const owned = new Set([...(was?.constraints.values() ?? [])].flatMap((c) => c.indexName ?? []));
  for (const index of was ? stage.before.indexesOn(was.key) : []) {
    if (owned.has(index.name) || !index.dependsOn.includes(name)) continue;
    const sql = indexAgain(index, stage, false);
    if (sql) statements.push(sql);
    else notes.push(`Index ${index.name} went with the column and is not made again.`);
  }
  return { statements, notes };
}

function addedConstraint(cmd: AlterTableCmd, { was, is, stage }: AlterScene, alter: string): Reversal {
  const node = cmd.def && 'Constraint' in cmd.def ? cmd.def.Constraint : undefined;
  const names = node?.conname
    ? [node.conname]
    : [...(is?.constraints.keys() ?? [])].filter((n) => !was?.constraints.has(n));
  if (names.length === 0)
    return cannot('The name that PostgreSQL gave the constraint is not known: write the DROP CONSTRAINT.');
  const drop = names.slice(0, 1).map((n) => `${alter} DROP CONSTRAINT ${quoteIdent(n)}`);
  // The index that became the constraint's goes with it.
  const index = node?.indexname && was ? stage.start.index(was.schema, node.indexname) : undefined;
  const again = index && indexAgain(index, stage, false);
  return undo(...drop, ...(again ? [again] : []));
}

function droppedConstraint(name: string, { was, stage }: AlterScene, alter: string): Reversal {
  const constraint = was?.constraints.get(name);
  if (!constraint && was?.complete) return NOTHING;
  const sql = was && constraint && constraintAgain(constraint, was, stage);
  return sql
    ? undo(`${alter} ADD ${sql}`)
    : cannot(`Constraint ${name} was dropped; its definition is not known, so it is not added again.`);
}

function oldDefault(name: string, column: Column | undefined, scene: AlterScene, onColumn: string): Reversal {
  const { was, stage } = scene;
  const sequence = was && stage.before.ownedSequences(was.key).find((q) => q.ownedBy?.[1] === name);
  if (column?.serial && sequence)
    return undo(
      `${onColumn} SET DEFAULT nextval(${quoteLiteral(qualified(sequence.schema, sequence.name))}::regclass)`,
    );
  if (column)
    return undo(
      column.defaultSql === undefined ? `${onColumn} DROP DEFAULT` : `${onColumn} SET DEFAULT ${column.defaultSql}`,
    );
  return cannot(`The default that ${name} had before is not known.`);
}

function oldType(
  { name = '', def }: AlterTableCmd,
  column: Column | undefined,
  onColumn: string,
  { is, stage }: AlterScene,
): Reversal {
  if (!column) return cannot(`The type that ${name} had before is not known.`);
  const type = typeName(column.type);
  const using = def && 'ColumnDef' in def ? def.ColumnDef.raw_default : undefined;
  // to_timestamp(x) and the like: what takes it back is another function.
  if (using && !isCast(using)) {
    return cannot(
      `${name} was converted with an expression: write ALTER COLUMN … TYPE ${type} USING with the one that takes it back.`,
    );
  }
  // A default has the old type as well: it is taken off before, for it may have no cast, and put back after.
  const fixed = column.defaultSql === undefined || column.serial || column.generated !== undefined;
  // From one enum to another there is no cast but through text.
  const isEnum = (t: Column['type'] | undefined) => t && stage.after.type(t.schema, t.name)?.kind === 'enum';
  const through = isEnum(is?.columns.get(name)?.type) && column.type.name !== 'text' ? '::text' : '';
  const back = `${onColumn} TYPE ${type} USING ${quoteIdent(name)}${through}::${type}`;
  return {
    statements: fixed ? [back] : [`${onColumn} DROP DEFAULT`, back, `${onColumn} SET DEFAULT ${column.defaultSql}`],
    notes: [`Rewrites the table when the types are stored differently; fails where a value does not fit into ${type}.`],
  };
}

/** `x`, `x::type`, `x::text::type` */
function isCast(node: Node): boolean {
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isCast(node.TypeCast.arg);
  return 'ColumnRef' in node;
}
