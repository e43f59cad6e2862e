import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { applyStatement } from '../../../server/src/core/catalog/apply.js';
import type { Catalog } from '../../../server/src/core/catalog/catalog.js';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import { compareModes } from '../../../server/src/core/effects/conflicts.js';
import type { Effect, PgMajor } from '../../../server/src/core/effects/effect.js';
import { effectOf } from '../../../server/src/core/effects/effectOf.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { lockModes, MAJORS, type Observations, type Observed, observations } from './observations.js';

/*
 * Every statement that was observed on real servers, against the effect that Lockstep claims for it:
 * locks by relation and mode, rewrites, scans, and whether it may run in a transaction block.
 * A claim that is made must hold, and what was seen must be claimed. What is known to differ stands here, with its reason.
 */

/** By id of the observation. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  add_col_if_exists_missing_table: 'IF EXISTS: a table that no migration made is taken to exist',
  drop_table_if_exists_missing: 'IF EXISTS: a table that no migration made is taken to exist',
  drop_view_if_exists_missing: 'IF EXISTS: a view that no migration made is taken to exist',
  drop_index_if_exists_missing: 'IF EXISTS: an index that no migration made is taken to exist',
  update_fk_column: 'the one row keeps its value, so the foreign key is not looked up',
  add_fk_from_empty_table: 'the referencing table is empty, so the keys are not read',
};

/** REINDEX and DROP INDEX CONCURRENTLY lock the old index once no query can plan with it any more. */
const LATE_INDEX_LOCK = /^(reindex|drop)_.*concurrently/;
/** Which partitions a query or a row meets is not known without the bounds. */
const ROUTED = /^(select|insert|update|delete|copy)_partitioned/;

before(loadParser);

for (const pg of MAJORS) {
  const seen = observations(pg);
  const skip = seen ? false : 'needs ../shared/reference (set LOCKSTEP_SHARED)';
  test(`what effects claim for PostgreSQL ${pg} is what a server did`, { skip }, (t) => {
    const { compared, unknown, differences } = compareAll(pg, seen as Observations);
    t.diagnostic(`${compared} statements compared, ${unknown.length} not known (${unknown.join(', ')})`);
    assert.ok(compared > 700, 'the observations were read');
    assert.ok(unknown.length / (compared + unknown.length) < 0.03, 'at most 3 % are unknown');
    assert.deepEqual(differences, []);
  });
}

test('every exception is still needed', { skip: observations(18) ? false : 'needs ../shared/reference' }, () => {
  const ids = new Set(MAJORS.flatMap((pg) => compareAll(pg, observations(pg) as Observations).excused));
  assert.deepEqual([...ids].sort(), Object.keys(EXCEPTIONS).sort());
});

interface Comparison {
  readonly compared: number;
  readonly unknown: readonly string[];
  readonly differences: readonly string[];
  readonly excused: readonly string[];
}

function compareAll(pg: PgMajor, seen: Observations): Comparison {
  const fixture = fixtureCatalog(seen.fixtureSql);
  const unknown: string[] = [];
  const differences: string[] = [];
  const excused: string[] = [];
  let compared = 0;
  for (const observed of seen.statements) {
    if (observed.inTransaction !== 'allowed' && observed.inTransaction !== 'forbidden') continue;
    const earlier = [...(observed.setup ?? []), ...(observed.before ?? []), ...[observed.session ?? []].flat()];
    const catalog = earlier.reduce(replayed, fixture);
    const [statement, ...more] = readScript(observed.sql).statements;
    assert.ok(statement && more.length === 0, observed.sql);
    const effect = effectOf(statement, catalog, { pg, bornHere: new Set() });
    if (!effect.known) {
      unknown.push(observed.id);
      continue;
    }
    compared++;
    const found = differencesOf(observed, effect, catalog);
    if (found.length > 0 && observed.id in EXCEPTIONS) excused.push(observed.id);
    else if (found.length > 0) differences.push(`${observed.id}: ${observed.sql}\n  ${found.join('\n  ')}`);
  }
  return { compared, unknown, differences, excused };
}

function replayed(catalog: Catalog, sql: string): Catalog {
  const script = readScript(sql);
  assert.deepEqual(script.errors, [], sql);
  return script.statements.reduce(
    (c, s) => applyStatement(c, s, { uri: 'fixture.sql', half: 'fixture.sql', migration: undefined }),
    catalog,
  );
}

function fixtureCatalog(fixtureSql: string): Catalog {
  const start = "CREATE SCHEMA app; SET search_path = app, public; SET TimeZone = 'UTC';";
  const catalog = replayed(replayed(emptyCatalog(), start), fixtureSql);
  // The fixture makes these in a DO block, with EXECUTE.
  const columns = [...(catalog.relation('app', 'ty')?.columns.keys() ?? [])].slice(1).filter((c) => c !== 'js');
  return replayed(catalog, columns.map((c) => `CREATE INDEX ty_${c}_idx ON ty (${c});`).join('\n'));
}

const short = (key: string) => key.replace(/^app\./, '');

function differencesOf(observed: Observed, effect: Effect, catalog: Catalog): readonly string[] {
  const forbidden = effect.transaction === 'forbidden';
  if (forbidden !== (observed.inTransaction === 'forbidden')) {
    return [`transaction: claimed ${effect.transaction}, seen ${observed.inTransaction}`];
  }
  if (forbidden) return sampledLocks(observed, effect, catalog);
  return [
    ...lockDifferences(observed, effect, catalog),
    ...rewriteDifferences(observed, effect),
    ...scanDifferences(observed, effect),
  ];
}

/** Weak locks on indexes are the planner's: every query takes them. */
function isPlanners(catalog: Catalog, name: string, mode: Effect['locks'][number]['mode']): boolean {
  return catalog.index('app', name) !== undefined && compareModes(mode, 'SHARE UPDATE EXCLUSIVE') < 0;
}

function lockDifferences(observed: Observed, effect: Effect, catalog: Catalog): readonly string[] {
  const earlier = lockModes(observed.lockedBeforeStatement);
  const seen = lockModes(observed.locks);
  const claimed = new Map(effect.locks.map((lock) => [short(lock.relation), lock]));
  const found: string[] = [];
  for (const [name, mode] of seen) {
    if (earlier.has(name) || isPlanners(catalog, name, mode)) continue;
    const claim = claimed.get(name);
    const routed = ROUTED.test(observed.id) && catalog.relation('app', name)?.isPartition;
    if (!claim && !routed) found.push(`not claimed: ${mode} on ${name}`);
    if (claim && claim.mode !== mode) found.push(`${name}: claimed ${claim.mode}, seen ${mode}`);
  }
  for (const [name, { mode, bornHere }] of claimed) {
    if (!seen.has(name) && !earlier.has(name) && !bornHere) found.push(`not seen: ${mode} on ${name}`);
  }
  return found;
}

/** Locks of statements outside a block were sampled while they waited: less than all, never more than claimed. */
function sampledLocks(observed: Observed, effect: Effect, catalog: Catalog): readonly string[] {
  const claimed = new Map(effect.locks.map((lock) => [short(lock.relation), lock.mode]));
  const found: string[] = [];
  for (const sample of observed.outsideTransaction?.samples ?? []) {
    for (const [name, mode] of lockModes(sample.heldOverall)) {
      const index = catalog.index('app', name) !== undefined;
      if (isPlanners(catalog, name, mode) || (index && LATE_INDEX_LOCK.test(observed.id))) continue;
      const claim = claimed.get(name);
      if (!claim) found.push(`not claimed: ${mode} on ${name}`);
      else if (compareModes(mode, claim) > 0) found.push(`${name}: claimed ${claim}, seen ${mode}`);
    }
  }
  return found;
}

function rewriteDifferences(observed: Observed, effect: Effect): readonly string[] {
  const seen = new Set([...(observed.rewritten ?? []), ...(observed.moved ?? [])]);
  const claimed = new Set(effect.work.filter((w) => w.kind === 'rewrite').map((w) => short(w.relation)));
  return [
    ...[...seen].filter((name) => !claimed.has(name)).map((name) => `rewrite not claimed: ${name}`),
    ...[...claimed].filter((name) => !seen.has(name)).map((name) => `rewrite not seen: ${name}`),
  ];
}

/** Reading by queries is no work that an effect tells of. */
const READS = /^(queries|views)|^(CREATE (TEMP )?TABLE|SELECT)\b/;

function scanDifferences(observed: Observed, effect: Effect): readonly string[] {
  if (READS.test(observed.group) || READS.test(observed.sql)) return [];
  const all = [observed.scanned, observed.indexRead].map((o) =>
    Object.keys(o ?? {}).filter((n) => !n.startsWith('toast ')),
  );
  const written = [...(observed.rewritten ?? []), ...(observed.moved ?? []), ...(observed.emptied ?? [])];
  const seen = new Set([...(all[0] ?? []), ...written]);
  // The keys of a referenced table may be read through their index.
  const allowed = new Set([...seen, ...(all[1] ?? [])]);
  const claimed = new Set(effect.work.map((w) => short(w.relation)));
  const routed = ROUTED.test(observed.id);
  return [
    ...[...seen].filter((name) => !claimed.has(name)).map((name) => `not claimed: ${name} is read or written`),
    ...[...claimed]
      .filter((name) => !allowed.has(name) && !routed)
      .map((name) => `not seen: ${name} is read or written`),
  ];
}
