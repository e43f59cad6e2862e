import type {
  AlterPolicyStmt,
  CreatePolicyStmt,
  CreateTableAsStmt,
  RefreshMatViewStmt,
  RuleStmt,
  ViewStmt,
} from '@pgsql/types';
import type { EffectBuilder } from './builder.js';
import { analyse, lockQuery, read } from './queries.js';

/** CREATE VIEW names relations without running the query; a view that is replaced takes ACCESS EXCLUSIVE. */
export function createView(b: EffectBuilder, node: ViewStmt): void {
  b.source = 'CREATE VIEW; DefineVirtualRelation in src/backend/commands/view.c';
  lockQuery(b, node.query, { runs: false });
  const view = b.target(node.view);
  if (node.replace && view.relation?.kind === 'view') b.lock(view, 'ACCESS EXCLUSIVE', 'view');
}

/** CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW */
export function createTableAs(b: EffectBuilder, node: CreateTableAsStmt): void {
  b.source = 'CREATE TABLE AS; ExecCreateTableAs in src/backend/commands/createas.c';
  if (node.if_not_exists && b.target(node.into?.rel).relation) return;
  lockQuery(b, node.query, { runs: node.into?.skipData !== true });
}

export function refresh(b: EffectBuilder, node: RefreshMatViewStmt): void {
  b.source = 'REFRESH MATERIALIZED VIEW; RefreshMatViewByOid in src/backend/commands/matview.c';
  const view = b.target(node.relation);
  b.lock(view, node.concurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'view');
  if (!node.concurrent) b.lockIndexes(view, 'ACCESS EXCLUSIVE');
  if (node.skipData) return;
  for (const key of view.relation?.reads.keys() ?? []) read(b, b.byKey(key), 'ACCESS SHARE', true, true);
  if (node.concurrent) b.work('scan', view, 'its rows are compared with the new result; reads go on');
  else b.work('rewrite', view, 'the query runs again and its result replaces all rows');
}

/** CREATE RULE: its actions are analysed as queries. */
export function createRule(b: EffectBuilder, node: RuleStmt): void {
  b.source = 'CREATE RULE; DefineQueryRewrite in src/backend/rewrite/rewriteDefine.c';
  const target = b.target(node.relation);
  b.lock(target, 'ACCESS EXCLUSIVE', 'target');
  for (const action of node.actions ?? []) analyse(b, action);
  lockQuery(b, node.whereClause, { runs: false });
}

export function policy(b: EffectBuilder, node: CreatePolicyStmt | AlterPolicyStmt): void {
  b.source = 'CREATE POLICY; src/backend/commands/policy.c';
  b.lock(b.target(node.table), 'ACCESS EXCLUSIVE', 'target');
  lockQuery(b, [node.qual, node.with_check], { runs: false });
}
