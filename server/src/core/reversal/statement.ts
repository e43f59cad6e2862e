import type { AlterTableCmd, FunctionParameter, Node, RangeVar } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.js';
import { qualified, quoteIdent, quoteLiteral } from '../sql/quote.js';
import type { Statement } from '../sql/script.js';
import { nameList, qualifiedName, rangeVar } from '../sql/tree.js';
import { typeName, typeRef } from '../sql/types.js';
import { reverseSubcommand } from './alter.js';
import { earlierComment } from './comments.js';
import { reverseDrop } from './drops.js';
import { reverseRename } from './renames.js';
import { cannot, joined, NOTHING, type Reversal, undo } from './reversal.js';
import { type Earlier, inputs, inputTypes, isFoundThere, lastDefinition, reworded } from './sources.js';
import type { Scene, Stage } from './stage.js';

type Of<K extends string> = Extract<Node, Record<K, unknown>>;

/** How a statement is undone, given the schema that it met and, where it is known, what ran before. */
export function reverseStatement(scene: Scene & { readonly earlier?: Earlier; readonly start?: Catalog }): Reversal {
  const stage: Stage = { earlier: () => [], start: scene.before, ...scene };
  const { node } = stage.statement;
  if ('AlterTableStmt' in node) return alterTable(node, stage);
  if ('IndexStmt' in node) return createIndex(node, stage);
  if ('RenameStmt' in node) return reverseRename(node.RenameStmt);
  if ('DropStmt' in node) return reverseDrop(node.DropStmt, stage);
  if ('CommentStmt' in node) return earlierComment(node.CommentStmt, stage);
  if ('ViewStmt' in node) return createView(node, stage);
  if ('AlterObjectSchemaStmt' in node) return setSchema(node, stage);
  if ('CreateFunctionStmt' in node) return createFunction(node, stage);
  return create(node, stage.before) ?? other(stage.statement);
}

function create(node: Node, before: Catalog): Reversal | undefined {
  if ('CreateStmt' in node) return dropRelation('TABLE', node.CreateStmt.relation, before);
  if ('CreateForeignTableStmt' in node)
    return dropRelation('FOREIGN TABLE', node.CreateForeignTableStmt.base?.relation, before);
  if ('CreateTableAsStmt' in node) {
    const { into, objtype } = node.CreateTableAsStmt;
    return dropRelation(objtype === 'OBJECT_MATVIEW' ? 'MATERIALIZED VIEW' : 'TABLE', into?.rel, before);
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

function dropRelation(what: string, relation: RangeVar | undefined, before: Catalog): Reversal {
  const { schema, name } = rangeVar(relation);
  // It went with the session that made it.
  if (relation?.relpersistence === 't') return NOTHING;
  // IF NOT EXISTS, and it did.
  return before.relation(schema, name) ? NOTHING : undo(`DROP ${what} ${qualified(schema, name)}`);
}

function dropNamed(what: string, parts: readonly Node[] | undefined): Reversal {
  const { schema, name } = qualifiedName(nameList(parts));
  return undo(`DROP ${what} ${qualified(schema, name)}`);
}

function dropOnTable(what: string, name: string | undefined, relation: unknown): Reversal {
  const table = rangeVar(relation);
  return undo(`DROP ${what} ${quoteIdent(name ?? '')} ON ${qualified(table.schema, table.name)}`);
}

function alterTable({ AlterTableStmt: alter }: Of<'AlterTableStmt'>, stage: Stage): Reversal {
  const { before, after } = stage;
  if (alter.objtype !== 'OBJECT_TABLE') return cannot('This change is not undone by itself: write the statement.');
  const { schema, name } = rangeVar(alter.relation);
  const was = before.relation(schema, name);
  const scene = {
    table: `${alter.missing_ok && !was ? 'IF EXISTS ' : ''}${qualified(schema, name)}`,
    was,
    is: after.relation(schema, name),
    stage,
  };
  const cmds = (alter.cmds ?? []).flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []));
  const turn = ({ subtype }: AlterTableCmd) => LAST.indexOf(subtype ?? '') - (FIRST.has(subtype ?? '') ? 1 : 0);
  const { statements, notes } = joined(
    cmds
      .reverse()
      .sort((a, b) => turn(a) - turn(b))
      .map((cmd) => reverseSubcommand(cmd, scene)),
  );
  // A dropped column brings its constraints back; one that was dropped beside it is among them.
  return { statements: statements.filter((s, i) => statements.indexOf(s) === i), notes };
}

/** One ALTER TABLE drops before it adds, whatever the order in the text (ATRewriteCatalogs, passes in tablecmds.c): its way back does the opposite. */
const FIRST: ReadonlySet<string> = new Set([
  'AT_AddColumn',
  'AT_AddConstraint',
  'AT_AddIndexConstraint',
  'AT_AddIdentity',
]);
const LAST: readonly string[] = ['AT_DropColumn', 'AT_DropConstraint'];

function createIndex({ IndexStmt: index }: Of<'IndexStmt'>, { before, after }: Stage): Reversal {
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

function setSchema({ AlterObjectSchemaStmt: node }: Of<'AlterObjectSchemaStmt'>, { before }: Stage): Reversal {
  const { schema, name } = rangeVar(node.relation);
  const was = schema ?? before.relation(undefined, name)?.schema;
  if (node.objectType !== 'OBJECT_TABLE' || was === undefined)
    return cannot('This move to another schema is not undone by itself: write the statement.');
  return undo(`ALTER TABLE ${qualified(node.newschema, name)} SET SCHEMA ${quoteIdent(was)}`);
}

function createFunction({ CreateFunctionStmt: node }: Of<'CreateFunctionStmt'>, stage: Stage): Reversal {
  const { schema, name } = qualifiedName(nameList(node.funcname));
  if (node.replace && stage.before.functions(schema, name).length > 0) {
    const types = inputTypes(stage.statement);
    const ref = { kind: 'function', schema, name, on: undefined } as const;
    const was = lastDefinition(stage.earlier, ref, (s) => inputTypes(s) === types);
    if (was && isFoundThere(was, ref, stage.before)) return undo(reworded(was, { replace: true }));
    // Another one of the name was there, or this one: without its definition nobody can tell.
    return cannot(`Function ${name} was replaced; write its earlier body here.`);
  }
  const parameters = (node.parameters ?? []).flatMap((p) => ('FunctionParameter' in p ? [p.FunctionParameter] : []));
  const types = inputs(parameters).map(parameterType);
  const args = types.includes(undefined) ? '' : `(${types.join(', ')})`;
  return undo(`DROP ${node.is_procedure ? 'PROCEDURE' : 'FUNCTION'} ${qualified(schema, name)}${args}`);
}

function createView({ ViewStmt: node }: Of<'ViewStmt'>, stage: Stage): Reversal {
  const { schema, name } = rangeVar(node.view);
  const view = stage.before.relation(schema, name);
  if (!view) return undo(`DROP VIEW ${qualified(schema, name)}`);
  const ref = { kind: 'view', schema, name, on: undefined } as const;
  const was = lastDefinition(stage.earlier, ref);
  if (!was || !isFoundThere(was, ref, stage.before))
    return cannot(`View ${name} was replaced; write its earlier definition here.`);
  // CREATE OR REPLACE takes no column away again.
  if (stage.before.viewsOn(view.key).length === 0) {
    const statements = [`DROP VIEW ${qualified(schema, name)}`, reworded(was, { replace: false })];
    return { statements, notes: [`Privileges that were granted on ${name} have to be granted again.`] };
  }
  const notes = [`Fails when the new ${name} has more columns: other views read it, so it cannot be dropped before.`];
  return { statements: [reworded(was, { replace: true })], notes };
}

function parameterType({ argType }: FunctionParameter): string | undefined {
  return argType && !argType.pct_type ? typeName(typeRef(argType)) : undefined;
}

/** Statements that leave nothing in the schema: settings, transaction control, comments, maintenance. */
const WITHOUT_TRACE: ReadonlySet<string> = new Set([
  'VariableSetStmt',
  'TransactionStmt',
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
    const { schema, name } = qualifiedName(nameList(parts));
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
