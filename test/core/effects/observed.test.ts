import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { applyStatement } from '../../../server/src/core/catalog/apply.js';
import type { Catalog } from '../../../server/src/core/catalog/catalog.js';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import { compareModes } from '../../../server/src/core/effects/conflicts.js';
import type { Effect, PgMajor } from '../../../server/src/core/effects/effect.js';
import { effectOf } from '../../../server/src/core/effects/effectOf.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { fixtureSql, lockModes, MAJORS, type Observed, observations } from './observed/observations.js';

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

/** Nothing is claimed about these: what they touch does not stand in them. */
const UNKNOWN: readonly string[] = [
  'all_in_tablespace',
  'alter_index_all_in_tablespace',
  'call_procedure',
  'composite_add_attribute_typed_table',
  'composite_alter_attribute_typed_table',
  'composite_drop_attribute_typed_table',
  'composite_rename_attribute_typed_table',
  'drop_extension_cascade_column',
  'drop_function_used_in_index_cascade',
  'drop_owned',
  'drop_subscription_no_slot',
  'reassign_owned',
];

/** REINDEX and DROP INDEX CONCURRENTLY lock the old index once no query can plan with it any more. */
const LATE_INDEX_LOCK = /^(reindex|drop)_.*concurrently/;
/** Which partitions a query or a row meets is not known without the bounds. */
const ROUTED = /^(select|insert|update|delete|copy)_partitioned/;

before(loadParser);

for (const pg of MAJORS) {
  test(`what effects claim for PostgreSQL ${pg} is what a server did`, () => {
    const { compared, unknown, differences } = compareAll(pg);
    assert.deepEqual(differences, []);
    assert.deepEqual([...unknown].sort(), UNKNOWN);
    assert.ok(compared > 700, 'the observations were read');
  });
}

test('every exception is still needed', () => {
  const ids = new Set(MAJORS.flatMap((pg) => compareAll(pg).excused));
  assert.deepEqual([...ids].sort(), Object.keys(EXCEPTIONS).sort());
});

interface Comparison {
  readonly compared: number;
  readonly unknown: readonly string[];
  readonly differences: readonly string[];
  readonly excused: readonly string[];
}

function compareAll(pg: PgMajor): Comparison {
  const fixture = fixtureCatalog();
  const unknown: string[] = [];
  const differences: string[] = [];
  const excused: string[] = [];
  let compared = 0;
  for (const observed of observations(pg)) {
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

function fixtureCatalog(): Catalog {
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
  const earlier = lockModes(observed.lockedBefore);
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
  for (const sample of observed.sampled ?? []) {
    for (const [name, mode] of lockModes(sample)) {
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
  const { scanned = [], indexRead = [], rewritten = [], moved = [], emptied = [] } = observed;
  const seen = new Set([...scanned, ...rewritten, ...moved, ...emptied]);
  // The keys of a referenced table may be read through their index.
  const allowed = new Set([...seen, ...indexRead]);
  const claimed = new Set(effect.work.map((w) => short(w.relation)));
  const routed = ROUTED.test(observed.id);
  return [
    ...[...seen].filter((name) => !claimed.has(name)).map((name) => `not claimed: ${name} is read or written`),
    ...[...claimed]
      .filter((name) => !allowed.has(name) && !routed)
      .map((name) => `not seen: ${name} is read or written`),
  ];
}
