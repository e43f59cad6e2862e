import type { CreateSchemaStmt, DefineStmt, Node } from '@pgsql/types';
import { blocksIn, statementsInBody } from '../sql/plpgsql.js';
import { readScript } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import { as, type NodeOf, type NodeTag, texts } from '../sql/tree.js';
import { alterTable } from './alter.js';
import type { Catalog } from './catalog.js';
import { type Context, type Where, withState } from './context.js';
import { drop } from './drop.js';
import * as functions from './functions.js';
import { createIndex } from './indexes.js';
import * as objects from './objects.js';
import { rename, setSchema } from './rename.js';
import { enterHalf, setConfig, setVariable } from './settings.js';
import { CatalogState } from './state.js';
import { createTable } from './tables.js';
import { transaction } from './transactions.js';
import * as types from './types.js';
import { createTableAs, createView, selectInto } from './views.js';

type Handler<K extends NodeTag> = (context: Context, node: NodeOf<K>) => CatalogState;

/** One handler for each kind of statement that changes what exists. */
const HANDLERS: { readonly [K in NodeTag]?: Handler<K> } = {
  CreateStmt: (context, node) => createTable(context, node),
  CreateForeignTableStmt: (context, { base }) => (base ? createTable(context, base, true) : context.state),
  AlterTableStmt: alterTable,
  DropStmt: drop,
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,
  ViewStmt: createView,
  CreateTableAsStmt: createTableAs,
  SelectStmt: (context, node) => (node.intoClause ? selectInto(context, node) : setConfig(context, node)),
  IndexStmt: createIndex,
  CreateEnumStmt: types.createEnum,
  AlterEnumStmt: types.alterEnum,
  CreateDomainStmt: types.createDomain,
  AlterDomainStmt: types.alterDomain,
  CompositeTypeStmt: types.createComposite,
  CreateRangeStmt: (context, { typeName }) => types.createPlainType(context, texts(typeName), 'range'),
  DefineStmt: define,
  CreateSeqStmt: objects.createSequence,
  AlterSeqStmt: objects.alterSequence,
  CreateFunctionStmt: functions.createFunction,
  AlterFunctionStmt: functions.alterFunction,
  CreateTrigStmt: functions.createTrigger,
  CreateStatsStmt: objects.createStatistics,
  CreatePublicationStmt: objects.createPublication,
  CreateSchemaStmt: createSchema,
  VariableSetStmt: setVariable,
  DoStmt: runBlock,
  TransactionStmt: transaction,
};

/** The schema after a statement. Never throws: what cannot be read leaves the catalog as it was. */
export function applyStatement(catalog: Catalog, statement: Statement, where: Where): Catalog {
  if (!(catalog instanceof CatalogState)) return catalog;
  const state = enterHalf(catalog, where.half);
  try {
    return apply({ state, statement, origin: { ...where, span: statement.span } });
  } catch {
    // A tree that no handler expects (a new grammar, a damaged text) must not take the analysis of the file down.
    return state;
  }
}

function apply(context: Context): CatalogState {
  return handle(context, context.statement.node);
}

function handle(context: Context, node: Node): CatalogState {
  const [tag] = Object.keys(node) as NodeTag[];
  return tag === undefined ? context.state : dispatch(context, tag, as(node, tag));
}

function dispatch<K extends NodeTag>(context: Context, tag: K, content: NodeOf<K> | undefined): CatalogState {
  const handler: Handler<K> | undefined = HANDLERS[tag];
  return handler && content !== undefined ? handler(context, content) : context.state;
}

/** CREATE SCHEMA with elements: they are made in that schema. */
function createSchema(context: Context, node: CreateSchemaStmt): CatalogState {
  const path = context.state.parts.searchPath;
  let next = context.state.with({ searchPath: [node.schemaname ?? '', ...path] });
  for (const element of node.schemaElts ?? []) next = handle(withState(context, next), element);
  return next.with({ searchPath: path });
}

function define(context: Context, node: DefineStmt): CatalogState {
  if (node.kind === 'OBJECT_TYPE') return types.createPlainType(context, texts(node.defnames), 'shell');
  return node.kind === 'OBJECT_AGGREGATE' ? functions.createAggregate(context, node) : context.state;
}

/** Statements of a DO block of which one can be sure: after it, they have run or what they make was there before. */
function runBlock(context: Context): CatalogState {
  let next = context.state;
  for (const block of blocksIn(context.statement)) {
    for (const item of statementsInBody(block)) {
      if (item.kind !== 'sql' || !item.sure) continue;
      for (const statement of readScript(item.sql).statements) next = apply({ ...context, state: next, statement });
    }
  }
  return next;
}
