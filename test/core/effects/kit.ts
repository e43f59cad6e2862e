import assert from 'node:assert/strict';
import { applyStatement } from '../../../server/src/core/catalog/apply.js';
import type { Catalog } from '../../../server/src/core/catalog/catalog.js';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import type { Effect, PgMajor } from '../../../server/src/core/effects/effect.js';
import { effectOf } from '../../../server/src/core/effects/effectOf.js';
import { readScript } from '../../../server/src/core/sql/read.js';

export interface Setting {
  /** Statements of earlier migrations. */
  readonly given?: string;
  readonly pg?: PgMajor;
  /** Keys of what this migration made. */
  readonly born?: readonly string[];
}

export function catalogOf(sql: string): Catalog {
  const script = readScript(sql);
  assert.deepEqual(script.errors, [], sql);
  return script.statements.reduce(
    (catalog, statement) =>
      applyStatement(catalog, statement, { uri: 'given.sql', half: 'given.sql', migration: undefined }),
    emptyCatalog(),
  );
}

export function effect(sql: string, { given = '', pg = 17, born = [] }: Setting = {}): Effect {
  const script = readScript(sql);
  const [statement, ...more] = script.statements;
  assert.ok(statement && more.length === 0 && script.errors.length === 0, `one statement: ${sql}`);
  return effectOf(statement, catalogOf(given), { pg, bornHere: new Set(born) });
}

/** Locks as `mode display`, and work as `kind display`. */
export function locks(sql: string, setting?: Setting): readonly string[] {
  return effect(sql, setting)
    .locks.map((lock) => `${lock.mode} ${lock.display}`)
    .sort();
}

export function work(sql: string, setting?: Setting): readonly string[] {
  return effect(sql, setting)
    .work.map((w) => `${w.kind} ${w.display}`)
    .sort();
}
