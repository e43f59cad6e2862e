import type { CreateFunctionStmt, CreateSchemaStmt, ExplainStmt, Node } from '@pgsql/types';
import { blocksIn, statementsInBody } from '../sql/plpgsql.js';
import { readScript } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import { as } from '../sql/tree.js';
import type { EffectBuilder } from './builder.js';
import type { Effect } from './effect.js';
import { analyse, lockQuery } from './queries.js';

export type EffectOfStatement = (statement: Statement) => Effect;

/** A statement inside another, at the place of the outer one. */
function inside(outer: Statement, node: Node): Statement {
  const { index, span, fullSpan, text, tokens } = outer;
  return {
    index,
    span,
    fullSpan,
    text,
    tokens,
    kind: Object.keys(node)[0] ?? '',
    node,
    at: (location) => outer.at(location),
  };
}

export function createSchema(b: EffectBuilder, node: CreateSchemaStmt, effectOf: EffectOfStatement): void {
  b.source = 'CREATE SCHEMA; src/backend/commands/schemacmds.c';
  for (const element of node.schemaElts ?? []) b.include(effectOf(inside(b.statement, element)));
}

/** EXPLAIN plans, which locks as running does; only ANALYZE changes rows. */
export function explain(b: EffectBuilder, node: ExplainStmt, effectOf: EffectOfStatement): void {
  b.source = 'EXPLAIN; src/backend/commands/explain.c';
  if (!node.query) return;
  const effect = effectOf(inside(b.statement, node.query));
  const runs = (node.options ?? []).some((o) => as(o, 'DefElem')?.defname === 'analyze');
  b.known = effect.known;
  b.include(runs ? effect : { ...effect, work: [], losses: [] });
}

/** The statements that a DO block may run. What EXECUTE builds from parts is not known. */
export function doBlock(b: EffectBuilder, effectOf: EffectOfStatement): void {
  b.source = 'DO; each statement of the block';
  let found = false;
  let hidden = false;
  const made = new Set<string>();
  for (const block of blocksIn(b.statement)) {
    if (block.language !== 'plpgsql' && block.language !== 'sql') hidden = true;
    for (const item of statementsInBody(block)) {
      // 2D000 inside a transaction block.
      if (item.kind === 'commit' || item.kind === 'rollback') b.transaction = 'forbidden';
      if (item.kind !== 'sql' && item.kind !== 'execute') continue;
      const sql = item.kind === 'sql' ? item.sql : literalOf(item.text);
      const statements = sql === undefined ? [] : readScript(sql).statements;
      if (statements.length === 0) hidden = true;
      for (const statement of statements) {
        const effect = effectOf(statement);
        if (!effect.known) hidden = true;
        else found = true;
        b.include(withoutOwn(b, effect, made));
        made.add(madeBy(statement.node) ?? '');
      }
    }
  }
  b.known = found || !hidden;
}

/** The name of a table that a block makes for itself. */
function madeBy(node: Node): string | undefined {
  return as(node, 'CreateStmt')?.relation?.relname ?? as(node, 'CreateTableAsStmt')?.into?.rel?.relname;
}

/** Locks and work on a table that the block made itself concern nobody. */
function withoutOwn(b: EffectBuilder, effect: Effect, made: ReadonlySet<string>): Effect {
  const others = ({ relation }: { readonly relation: string }) =>
    b.catalog.relationByKey(relation) !== undefined || !made.has(relation.split('.').at(-1) ?? '');
  const { locks, work, losses } = effect;
  return { ...effect, locks: locks.filter(others), work: work.filter(others), losses: losses.filter(others) };
}

/** EXECUTE 'constant' */
function literalOf(text: string): string | undefined {
  const quoted = text.match(/^\s*execute\s+'((?:[^']|'')*)'\s*$/i)?.[1];
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  return text.match(/^\s*execute\s+(\$\w*\$)([\s\S]*)\1\s*$/i)?.[2];
}

/** The queries of a body in SQL are analysed when the function is made; other languages look at theirs when they run. */
export function createFunction(b: EffectBuilder, node: CreateFunctionStmt): void {
  b.source = 'CREATE FUNCTION; fmgr_sql_validator in src/backend/catalog/pg_proc.c';
  if (node.sql_body) lockQuery(b, node.sql_body, { runs: false });
  for (const block of blocksIn(b.statement)) {
    if (block.language !== 'sql') continue;
    for (const { node: query } of readScript(block.body).statements) analyse(b, query);
  }
}
