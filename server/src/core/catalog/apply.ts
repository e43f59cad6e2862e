import type { CreateSchemaStmt, DefineStmt, Node } from '@pgsql/types';
import { blocksIn, statementsInBody } from '../sql/plpgsql.js';
import { readScript } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import { texts } from '../sql/tree.js';
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

type Handler = (context: Context, node: never) => CatalogState;

/** One handler for each kind of statement that changes what exists. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  CreateStmt: createTable as Handler,
  CreateForeignTableStmt: ((c: Context, n: { base?: Parameters<typeof createTable>[1] }) =>
    n.base ? createTable(c, n.base, true) : c.state) as Handler,
  AlterTableStmt: alterTable as Handler,
  DropStmt: drop as Handler,
  RenameStmt: rename as Handler,
  AlterObjectSchemaStmt: setSchema as Handler,
  ViewStmt: createView as Handler,
  CreateTableAsStmt: createTableAs as Handler,
  SelectStmt: ((c: Context, n: Parameters<typeof selectInto>[1]) =>
    n.intoClause ? selectInto(c, n) : setConfig(c, n)) as Handler,
  IndexStmt: createIndex as Handler,
  CreateEnumStmt: types.createEnum as Handler,
  AlterEnumStmt: types.alterEnum as Handler,
  CreateDomainStmt: types.createDomain as Handler,
  AlterDomainStmt: types.alterDomain as Handler,
  CompositeTypeStmt: types.createComposite as Handler,
  CreateRangeStmt: ((c: Context, n: { typeName?: Node[] }) =>
    types.createPlainType(c, texts(n.typeName), 'range')) as Handler,
  DefineStmt: define as Handler,
  CreateSeqStmt: objects.createSequence as Handler,
  AlterSeqStmt: objects.alterSequence as Handler,
  CreateFunctionStmt: functions.createFunction as Handler,
  AlterFunctionStmt: functions.alterFunction as Handler,
  CreateTrigStmt: functions.createTrigger as Handler,
  CreateStatsStmt: objects.createStatistics as Handler,
  CreatePublicationStmt: objects.createPublication as Handler,
  CreateSchemaStmt: createSchema as Handler,
  VariableSetStmt: setVariable as Handler,
  DoStmt: runBlock as Handler,
  TransactionStmt: transaction as Handler,
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
  const { kind, node } = context.statement;
  const handler = HANDLERS[kind];
  const content = (node as unknown as Record<string, unknown>)[kind];
  return handler && content !== undefined ? handler(context, content as never) : context.state;
}

/** CREATE SCHEMA with elements: they are made in that schema. */
function createSchema(context: Context, node: CreateSchemaStmt): CatalogState {
  const path = context.state.parts.searchPath;
  let next = context.state.with({ searchPath: [node.schemaname ?? '', ...path] });
  for (const element of node.schemaElts ?? []) {
    const kind = Object.keys(element)[0] ?? '';
    const handler = HANDLERS[kind];
    const content = (element as unknown as Record<string, unknown>)[kind];
    if (handler) next = handler(withState(context, next), content as never);
  }
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
