// The main job without a window: lint, apply, roll back, apply again. Every step says what happened; a surprise ends it.
import * as path from 'node:path';
import { APPLIED, lockstep, query } from './setup.mjs';

/** What is wrong in the sample on purpose: rule and file. */
const PLANTED = [];

let step = 0;
const say = (text) => console.log(`${String(++step).padStart(2)}. ${text}`);

function expect(condition, what, detail = '') {
  if (!condition) throw new Error(`${what}${detail && `\n${detail}`}`);
}

function run(where, ...args) {
  const done = lockstep(where.workspace, where.database.url, ...args);
  expect(done.status === 0, `lockstep ${args.join(' ')} ended with ${done.status}`, done.stdout + done.stderr);
  return done.stdout;
}

function lint(where) {
  const done = lockstep(where.workspace, where.database.url, 'lint', '--format', 'json');
  const findings = JSON.parse(done.stdout).findings ?? [];
  expect(done.status === 1, `lockstep lint ended with ${done.status}, not with 1`, done.stderr);
  for (const [rule, file] of PLANTED) {
    const found = findings.find((f) => f.rule === rule && path.basename(f.path ?? f.file) === file);
    expect(found, `lint does not find ${rule} in ${file}`, JSON.stringify(findings, null, 1));
  }
  return findings;
}

const ledger = async (where) =>
  (await query(where.database.url, 'SELECT version FROM schema_migrations ORDER BY version')).map((r) => r.version);

const column = async (where, table, name) =>
  (
    await query(
      where.database.url,
      `SELECT 1 FROM information_schema.columns WHERE table_name = '${table}' AND column_name = '${name}'`,
    )
  ).length > 0;

export async function check(where) {
  const findings = lint(where);
  say(`lint: ${findings.length} findings, among them all ${PLANTED.length} that were planted:`);
  for (const [rule, file] of PLANTED) console.log(`      ${file}: ${rule}`);

  expect((await ledger(where)).length === APPLIED, `the ledger does not hold ${APPLIED} versions`);
  say(`the database holds ${APPLIED} applied migrations, 4 are pending`);

  run(where, 'apply');
  expect((await ledger(where)).length === 12, 'apply did not record all twelve versions');
  expect(!(await column(where, 'orders', 'legacy_reference')), 'apply left orders.legacy_reference in place');
  say('apply: 009 to 012 ran; the ledger holds 12 versions, orders.legacy_reference is gone');

  run(where, 'rollback');
  expect((await ledger(where)).length === 11, 'rollback did not remove the last version from the ledger');
  expect(await column(where, 'orders', 'legacy_reference'), 'rollback did not bring orders.legacy_reference back');
  say('rollback: 012 was taken back; the ledger holds 11 versions, orders.legacy_reference is there again');

  run(where, 'apply');
  expect((await ledger(where)).length === 12, 'the second apply did not record 012 again');
  say('apply: 012 ran again; the ledger holds 12 versions');

  const status = run(where, 'status');
  expect(!/pending/i.test(status.replace(/\b0 pending/i, '')), 'status still names a pending migration', status);
  say('status: nothing is pending');
  console.log('\nEverything happened as it should.');
}
