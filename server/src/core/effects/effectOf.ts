import type { Catalog } from '../catalog/catalog.js';
import type { Statement } from '../sql/script.js';
import { alterTable } from './alterTable.js';
import { EffectBuilder, type EffectOptions } from './builder.js';
import type { Effect } from './effect.js';

type Handler = (builder: EffectBuilder, node: never) => void;

/** One handler for each kind of statement whose effect is known. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  AlterTableStmt: alterTable as Handler,
};

/** What a statement does to a live database, given the schema that it meets. Never throws. */
export function effectOf(statement: Statement, before: Catalog, options: EffectOptions): Effect {
  const builder = new EffectBuilder(statement, before, options);
  const handler = HANDLERS[statement.kind];
  const content = (statement.node as unknown as Record<string, unknown>)[statement.kind];
  try {
    if (handler) handler(builder, content as never);
    else builder.known = false;
    return builder.build();
  } catch {
    // A tree that no handler expects (a new grammar, a damaged text) must not take the analysis of the file down.
    builder.known = false;
    return builder.build();
  }
}
