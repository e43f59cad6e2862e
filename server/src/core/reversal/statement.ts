import type { FunctionParameter, Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.js';
import { qualifiedName, rangeVar, typeName, typeRef } from '../sql/names.js';
import { qualified, quoteIdent, quoteLiteral } from '../sql/quote.js';
import type { Statement } from '../sql/script.js';
import { reverseSubcommand } from './alter.js';
import { indexSql, tableSql } from './recreate.js';
import { cannot, NOTHING, type Reversal, undo } from './reversal.js';

/** A statement of the up with the schema around it. */
export interface Step {
  readonly statement: Statement;
  readonly before: Catalog;
  readonly after: Catalog;
}

type Of<K extends string> = Extract<Node, Record<K, unknown>>;

/** How a statement is undone, given the schema that it met. */
export function reverseStatement(step: Step): Reversal {
  const { node } = step.statement;
  if ('AlterTableStmt' in node) return alterTable(node, step);
  if ('IndexStmt' in node) return createIndex(node, step);
  if ('RenameStmt' in node) return rename(node);
  if ('DropStmt' in node) return drop(node, step);
  if ('AlterObjectSchemaStmt' in node) return setSchema(node, step);
  if ('CreateFunctionStmt' in node) return createFunction(node, step.before);
  return create(node, step.before) ?? other(step.statement);
}

function create(node: Node, before: Catalog): Reversal | undefined {
  if ('CreateStmt' in node) return dropRelation('TABLE', node.CreateStmt.relation, before);
  if ('CreateForeignTableStmt' in node)
    return dropRelation('FOREIGN TABLE', node.CreateForeignTableStmt.base?.relation, before);
  if ('CreateTableAsStmt' in node) {
    const { into, objtype } = node.CreateTableAsStmt;
    return dropRelation(objtype === 'OBJECT_MATVIEW' ? 'MATERIALIZED VIEW' : 'TABLE', into?.rel, before);
  }
  if ('ViewStmt' in node) {
    const { schema, name } = rangeVar(node.ViewStmt.view);
    if (!before.relation(schema, name)) return undo(`DROP VIEW ${qualified(schema, name)}`);
    return cannot(`View ${name} was replaced; write its earlier definition here.`);
  }
  if ('CreateSeqStmt' in node) return dropRelation('SEQUENCE', node.CreateSeqStmt.sequence, before);
  if ('CreateEnumStmt' in node) return dropNamed('TYPE', node.CreateEnumStmt.typeName);
  if ('CreateRangeStmt' in node) return dropNamed('TYPE', node.CreateRangeStmt.typeName);
  if ('CompositeTypeStmt' in node) return dropRelation('TYPE', node.CompositeTypeStmt.typevar, before);
  if ('CreateDomainStmt' in node) return dropNamed('DOMAIN', node.CreateDomainStmt.domainname);
  if ('CreateSchemaStmt' in node)
    return undo(
      `DROP SCHEMA ${ifMaybe(node.CreateSchemaStmt.if_not_exists)}${quoteIdent(node.CreateSchemaStmt.schemaname ?? '')}`,
    );
  if ('CreateExtensionStmt' in node)
    return undo(
      `DROP EXTENSION ${ifMaybe(node.CreateExtensionStmt.if_not_exists)}${quoteIdent(node.CreateExtensionStmt.extname ?? '')}`,
    );
  if ('CreateTrigStmt' in node)
    return dropOnTable('TRIGGER', node.CreateTrigStmt.trigname, node.CreateTrigStmt.relation);
  if ('CreatePolicyStmt' in node)
    return dropOnTable('POLICY', node.CreatePolicyStmt.policy_name, node.CreatePolicyStmt.table);
  if ('RuleStmt' in node) return dropOnTable('RULE', node.RuleStmt.rulename, node.RuleStmt.relation);
  return undefined;
}

function ifMaybe(conditional: boolean | undefined): string {
  return conditional ? 'IF EXISTS ' : '';
}

function dropRelation(what: string, relation: unknown, before: Catalog): Reversal {
  const { schema, name } = rangeVar(relation);
  // IF NOT EXISTS, and it did.
  return before.relation(schema, name) ? NOTHING : undo(`DROP ${what} ${qualified(schema, name)}`);
}

function dropNamed(what: string, parts: readonly Node[] | undefined): Reversal {
  const { schema, name } = qualifiedName(parts);
  return undo(`DROP ${what} ${qualified(schema, name)}`);
}

function dropOnTable(what: string, name: string | undefined, relation: unknown): Reversal {
  const table = rangeVar(relation);
  return undo(`DROP ${what} ${quoteIdent(name ?? '')} ON ${qualified(table.schema, table.name)}`);
}

function alterTable({ AlterTableStmt: alter }: Of<'AlterTableStmt'>, { before, after }: Step): Reversal {
  if (alter.objtype !== 'OBJECT_TABLE') return cannot('This change is not undone by itself: write the statement.');
  const { schema, name } = rangeVar(alter.relation);
  const scene = {
    table: qualified(schema, name),
    was: before.relation(schema, name),
    is: after.relation(schema, name),
    before,
  };
  const parts = (alter.cmds ?? []).flatMap((cmd) =>
    'AlterTableCmd' in cmd ? [reverseSubcommand(cmd.AlterTableCmd, scene)] : [],
  );
  return joined(parts.reverse());
}

function createIndex({ IndexStmt: index }: Of<'IndexStmt'>, { before, after }: Step): Reversal {
  const { schema, name } = rangeVar(index.relation);
  const table = after.relation(schema, name);
  const known = new Set(table ? before.indexesOn(table.key).map((i) => i.name) : []);
  const made = table ? after.indexesOn(table.key).find((i) => !known.has(i.name)) : undefined;
  const indexName = index.idxname ?? made?.name;
  if (indexName === undefined)
    return cannot('The name that PostgreSQL gave the index is not known: write the DROP INDEX.');
  if (known.has(indexName)) return NOTHING;
  return undo(`DROP INDEX ${index.concurrent ? 'CONCURRENTLY ' : ''}${qualified(schema, indexName)}`);
}

const RENAMED: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_VIEW: 'VIEW',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_INDEX: 'INDEX',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_TYPE: 'TYPE',
};

function rename({ RenameStmt: node }: Of<'RenameStmt'>): Reversal {
  const to = quoteIdent(node.subname ?? '');
  const from = quoteIdent(node.newname ?? '');
  const table = node.relation && rangeVar(node.relation);
  const on = table && qualified(table.schema, table.name);
  if (node.renameType === 'OBJECT_COLUMN' && on) return undo(`ALTER TABLE ${on} RENAME COLUMN ${from} TO ${to}`);
  if (node.renameType === 'OBJECT_TABCONSTRAINT' && on)
    return undo(`ALTER TABLE ${on} RENAME CONSTRAINT ${from} TO ${to}`);
  if (node.renameType === 'OBJECT_TRIGGER' && on) return undo(`ALTER TRIGGER ${from} ON ${on} RENAME TO ${to}`);
  if (node.renameType === 'OBJECT_SCHEMA') return undo(`ALTER SCHEMA ${from} RENAME TO ${to}`);
  const what = RENAMED[node.renameType ?? ''];
  const name = table ?? (node.object && 'List' in node.object ? qualifiedName(node.object.List.items) : undefined);
  if (!what || !name) return cannot('This renaming is not undone by itself: write the statement.');
  return undo(`ALTER ${what} ${qualified(name.schema, node.newname ?? '')} RENAME TO ${quoteIdent(name.name)}`);
}

function setSchema({ AlterObjectSchemaStmt: node }: Of<'AlterObjectSchemaStmt'>, { before }: Step): Reversal {
  const { schema, name } = rangeVar(node.relation);
  const was = schema ?? before.relation(undefined, name)?.schema;
  if (node.objectType !== 'OBJECT_TABLE' || was === undefined)
    return cannot('This move to another schema is not undone by itself: write the statement.');
  return undo(`ALTER TABLE ${qualified(node.newschema, name)} SET SCHEMA ${quoteIdent(was)}`);
}

function createFunction({ CreateFunctionStmt: node }: Of<'CreateFunctionStmt'>, before: Catalog): Reversal {
  const { schema, name } = qualifiedName(node.funcname);
  if (node.replace && before.functions(schema, name).length > 0) {
    return cannot(`Function ${name} was replaced; write its earlier body here.`);
  }
  const parameters = (node.parameters ?? []).flatMap((p) => ('FunctionParameter' in p ? [p.FunctionParameter] : []));
  const types = parameters.filter((p) => !OUTPUT.has(p.mode ?? '')).map(parameterType);
  const args = types.includes(undefined) ? '' : `(${types.join(', ')})`;
  return undo(`DROP ${node.is_procedure ? 'PROCEDURE' : 'FUNCTION'} ${qualified(schema, name)}${args}`);
}

const OUTPUT: ReadonlySet<string> = new Set(['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE']);

function parameterType({ argType }: FunctionParameter): string | undefined {
  return argType && !argType.pct_type ? typeName(typeRef(argType)) : undefined;
}

function drop({ DropStmt: node }: Of<'DropStmt'>, { before }: Step): Reversal {
  const objects = (node.objects ?? []).map((o) => ('List' in o ? qualifiedName(o.List.items) : undefined));
  return joined(
    objects.reverse().map((object) => {
      if (!object) return cannot('What was dropped is not made again: write its definition here.');
      if (node.removeType === 'OBJECT_TABLE') {
        const table = before.relation(object.schema, object.name);
        if (table) return tableSql(table, before);
        return cannot(`Table ${object.name} was dropped; its definition is not known, so it is not made again.`);
      }
      if (node.removeType === 'OBJECT_INDEX') {
        const index = before.index(object.schema, object.name);
        const sql = index && indexSql(index, before, node.concurrent === true);
        return sql
          ? undo(sql)
          : cannot(`Index ${object.name} was dropped; its definition is not fully known, so it is not made again.`);
      }
      return cannot(`${object.name} was dropped; write its definition here to make it again.`);
    }),
  );
}

/** Statements that leave nothing in the schema: settings, transaction control, comments, maintenance. */
const WITHOUT_TRACE: ReadonlySet<string> = new Set([
  'VariableSetStmt',
  'TransactionStmt',
  'CommentStmt',
  'SelectStmt',
  'VacuumStmt',
  'LockStmt',
  'ReindexStmt',
  'RefreshMatViewStmt',
  'CheckPointStmt',
  'ConstraintsSetStmt',
  'DiscardStmt',
]);
const DATA: ReadonlySet<string> = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CopyStmt',
  'TruncateStmt',
]);

function other({ kind, node }: Statement): Reversal {
  if ('AlterEnumStmt' in node) {
    const { typeName: parts, oldVal, newVal } = node.AlterEnumStmt;
    const { schema, name } = qualifiedName(parts);
    if (oldVal === undefined)
      return cannot(`PostgreSQL cannot remove the value '${newVal}' from type ${name}; it stays, unused.`);
    return undo(
      `ALTER TYPE ${qualified(schema, name)} RENAME VALUE ${quoteLiteral(newVal ?? '')} TO ${quoteLiteral(oldVal)}`,
    );
  }
  if (WITHOUT_TRACE.has(kind)) return NOTHING;
  if (DATA.has(kind)) return cannot('A change of data is not undone: the earlier rows and values are not known.');
  if (kind === 'DoStmt')
    return cannot('What the DO block did is not known here: write how to undo it, when it needs that.');
  return cannot('This statement is not undone by itself: write the statement when it needs one.');
}

/** Several reversals as one. */
export function joined(parts: readonly Reversal[]): Reversal {
  return { statements: parts.flatMap((p) => p.statements), notes: parts.flatMap((p) => p.notes) };
}
