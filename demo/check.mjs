// The main job without a window: lint, apply, roll back, apply again. Every step says what happened; a surprise ends it.
import * as path from 'node:path';
import { APPLIED, lockstep, query } from './setup.mjs';

/** What is wrong in the sample on purpose, and nothing else may be found: file, then rule and line. */
const PLANTED = {
  '010_rename_full_name.sql': ['rename-column:2'],
  '011_faster_order_search.sql': ['create-index-blocking:2', 'add-check-validated:3', 'change-type-rewrites:4'],
  '012_new_order_reference.sql': [
    'update-whole-table:3',
    'set-not-null-unproved:4',
    'mixed-schema-and-data-and-drop:5',
  ],
};

let step = 0;
const say = (text) => console.log(`${String(++step).padStart(2)}. ${text}`);

function expect(condition, what, detail = '') {
  if (!condition) throw new Error(`${what}${detail && `\n${detail}`}`);
}

async function run(where, ...args) {
  const done = await lockstep(where.workspace, where.database.url, ...args);
  expect(done.status === 0, `lockstep ${args.join(' ')} ended with ${done.status}`, done.stdout + done.stderr);
  return done.stdout;
}

/** Findings of warning and above, as `rule:line` by file. */
async function lint(where) {
  const done = await lockstep(where.workspace, where.database.url, 'lint', '--format', 'json');
  expect(done.status === 1, `lockstep lint ended with ${done.status}, not with 1`, done.stdout + done.stderr);
  const found = {};
  for (const { path: file, rule, line } of JSON.parse(done.stdout).findings) {
    const name = path.posix.basename(file);
    found[name] = [...(found[name] ?? []), `${rule}:${line}`];
  }
  return found;
}

function expectPlanted(found) {
  const text = (findings) => JSON.stringify(findings, Object.keys(findings).sort(), 2);
  expect(text(found) === text(PLANTED), 'lint found something else than what was planted', `found ${text(found)}`);
}

const versions = async (where) =>
  (await query(where.database.url, 'SELECT version FROM schema_migrations ORDER BY version')).map((r) => r.version);

async function expectVersions(where, count) {
  const found = await versions(where);
  expect(found.length === count, `the ledger holds ${found.length} versions, not ${count}`, found.join(' '));
}

async function expectColumn(where, there) {
  const found = await query(
    where.database.url,
    "SELECT 1 FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'legacy_reference'",
  );
  expect(found.length === (there ? 1 : 0), `orders.legacy_reference is ${there ? 'not there' : 'still there'}`);
}

async function applyAndRollBack(where) {
  await expectVersions(where, APPLIED);
  await expectColumn(where, true);
  say(`the database holds ${APPLIED} applied migrations, 4 are pending`);

  await run(where, 'apply');
  await expectVersions(where, 12);
  await expectColumn(where, false);
  say('apply: 009 to 012 ran; the ledger holds 12 versions, orders.legacy_reference is gone');

  await run(where, 'rollback');
  await expectVersions(where, 11);
  await expectColumn(where, true);
  say('rollback: 012 was taken back; the ledger holds 11 versions, orders.legacy_reference is there again');

  await run(where, 'apply', '--next');
  await expectVersions(where, 12);
  await expectColumn(where, false);
  say('apply --next: 012 ran again; the ledger holds 12 versions');

  const [{ migrations }] = JSON.parse(await run(where, 'status', '--format', 'json')).folders;
  const other = migrations.filter((m) => m.state !== 'applied').map((m) => `${m.version} is ${m.state}`);
  expect(migrations.length === 12 && other.length === 0, 'not all twelve are applied', other.join('\n'));
  say('status: all twelve are applied');
}

/** A database that is not on this machine is never rolled back. */
async function refuseElsewhere(where) {
  const done = await lockstep(where.workspace, 'postgres://shop@db.example.com/shop', 'rollback');
  expect(done.status === 2, `rollback on db.example.com ended with ${done.status}, not with 2`, done.stderr);
  say('rollback on db.example.com: refused, and nothing was sent there');
}

export async function check(where) {
  const found = await lint(where);
  expectPlanted(found);
  const count = Object.values(found).flat().length;
  say(`lint: ${count} dangers in ${Object.keys(found).length} files, just those that were planted:`);
  for (const [file, findings] of Object.entries(found)) console.log(`      ${file}: ${findings.join(', ')}`);
  await applyAndRollBack(where);
  await refuseElsewhere(where);
  console.log('\nEverything happened as it should.');
}
