// How long a lint of a whole history takes, as a user runs it: a process of its own, from start to exit. Beside it other
// linters on the same files, in the same run. They come from npm, at these versions, into a cache that nothing else uses.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const cache = path.join(repository, 'node_modules/.cache/linters');
const OTHERS = { squawk: 'squawk-cli@2.66.0', pgfence: '@flvmnt/pgfence@0.1.5' };

/** Installs what is not there yet; what cannot be had is left out, and said so. */
function installed() {
  mkdirSync(cache, { recursive: true });
  return Object.entries(OTHERS).flatMap(([name, spec]) => {
    const bin = path.join(cache, 'node_modules/.bin', name);
    if (!existsSync(bin)) {
      const flags = ['--prefix', cache, '--no-audit', '--no-fund', '--ignore-scripts'];
      spawnSync('npm', ['install', ...flags, spec], { stdio: 'ignore' });
    }
    if (existsSync(bin)) return [{ name, bin }];
    console.log(`  ${name} is left out: npm did not bring ${spec}`);
    return [];
  });
}

/** One migration of a history as people write it: tables, then indexes, columns, constraints and data on older ones. */
function migration(n) {
  const table = `table_${n}`;
  const old = `table_${Math.max(1, n - 1 - (n % 40))}`;
  switch (n % 5) {
    case 1:
      return [
        `CREATE TABLE ${table} (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  name text NOT NULL,\n  state text NOT NULL DEFAULT 'new',\n  created_at timestamptz NOT NULL DEFAULT now()\n);\nCREATE INDEX ${table}_name ON ${table} (name);\n`,
        `DROP TABLE ${table};\n`,
      ];
    case 2:
      return [
        `SET lock_timeout = '5s';\nALTER TABLE table_${n - 1} ADD COLUMN note_${n} text;\nCOMMENT ON COLUMN table_${n - 1}.note_${n} IS 'what the owner says';\n`,
        `SET lock_timeout = '5s';\nALTER TABLE table_${n - 1} DROP COLUMN note_${n};\n`,
      ];
    case 3:
      return [
        `CREATE INDEX CONCURRENTLY table_${n - 2}_note ON table_${n - 2} (note_${n - 1});\n`,
        `DROP INDEX CONCURRENTLY table_${n - 2}_note;\n`,
      ];
    case 4:
      return [
        `UPDATE table_${n - 3} SET state = 'done' WHERE state = 'closed' AND created_at < '2020-01-01';\nALTER TABLE table_${n - 3} ADD CONSTRAINT state_known_${n} CHECK (state IN ('new', 'done')) NOT VALID;\n`,
        `ALTER TABLE table_${n - 3} DROP CONSTRAINT state_known_${n};\n`,
      ];
    default:
      return [
        `CREATE TABLE ${table} (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  first_id bigint NOT NULL REFERENCES table_${n - 4} (id),\n  kind varchar(40)\n);\nALTER TABLE ${old} ALTER COLUMN id SET STATISTICS 500;\n`,
        `DROP TABLE ${table};\n`,
      ];
  }
}

function writeHistory(folder, count) {
  mkdirSync(folder, { recursive: true });
  const ups = [];
  for (let n = 1; n <= count; n++) {
    const name = path.join(folder, `${String(n).padStart(6, '0')}_change`);
    const [up, down] = migration(n);
    writeFileSync(`${name}.up.sql`, up);
    writeFileSync(`${name}.down.sql`, down);
    ups.push(`${path.basename(name)}.up.sql`);
  }
  return ups;
}

/** Wall and processor time and the largest memory of a process, by GNU time; undefined when it could not run. */
function run(command, args, cwd) {
  const timed = ['-f', '%e %U %S %M', command, ...args];
  const { stderr } = spawnSync('/usr/bin/time', timed, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 2 ** 30,
  });
  const figures = /([\d.]+) ([\d.]+) ([\d.]+) (\d+)\n$/
    .exec(stderr ?? '')
    ?.slice(1)
    .map(Number);
  if (!figures) return undefined;
  const [wall, user, system, kilobytes] = figures;
  return { wall, processor: user + system, megabytes: kilobytes / 1024 };
}

const shown = ({ wall, processor, megabytes }) =>
  `${wall.toFixed(2).padStart(8)} s   ${processor.toFixed(2).padStart(8)} s   ${megabytes.toFixed(0).padStart(6)} MB`;

/** Prints a table; nothing is asserted. `runs` of each, the quickest counts: what else the machine does only adds. */
export function growth(counts = [500, 1000, 2000, 4000, 10_000], runs = 2) {
  if (!existsSync('/usr/bin/time'))
    return console.log('  skipped: /usr/bin/time measures the processes, and is not there');
  spawnSync('node', ['server/dev/build.mjs', '--production'], { cwd: repository, stdio: 'ignore' });
  const lockstep = path.join(repository, 'server/dist/cli.cjs');
  const others = installed();
  const root = mkdtempSync(path.join(tmpdir(), 'lockstep-growth-'));
  const quickest = (command, args, cwd) =>
    Array.from({ length: runs }, () => run(command, args, cwd))
      .filter((r) => r)
      .sort((a, b) => a.processor - b.processor)[0];
  try {
    console.log(`  ${' '.repeat(28)} ${'wall'.padStart(8)}     ${'processor'.padStart(10)}   ${'memory'.padStart(8)}`);
    let before;
    for (const count of counts) {
      const folder = path.join(root, String(count), 'migrations');
      const ups = writeHistory(folder, count);
      const own = quickest(process.execPath, [lockstep, 'lint'], path.dirname(folder));
      console.log(`  ${`${count} migrations, lockstep`.padEnd(28)} ${shown(own)}`);
      for (const { name, bin } of others) {
        const args = name === 'squawk' ? ups : ['analyze', ...ups];
        const other = quickest(bin, args, folder);
        if (!other) continue;
        const ratio = (own.processor / other.processor).toFixed(2);
        console.log(`  ${`${count} migrations, ${name}`.padEnd(28)} ${shown(other)}   lockstep / ${name} ${ratio}`);
      }
      if (before) {
        const times = (count / before.count).toFixed(1);
        console.log(
          `  ${times} times the migrations take ${(own.processor / before.own.processor).toFixed(2)} times as long`,
        );
      }
      before = { count, own };
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
