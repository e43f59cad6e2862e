// Files of one kind of statement by the thousand, which look for work that is not linear: each at half its size and whole.
import { finish } from '../../server/src/core/steps.ts';

const times = (count, make, between = '\n') => Array.from({ length: count }, (_, n) => make(n)).join(between);

/** By what it holds, the text of `n` of them. */
const kinds = {
  'columns of a table': [100_000, (n) => `CREATE TABLE t (\n${times(n, (i) => `c${i} text NOT NULL`, ',\n')}\n);`],
  'columns of one ALTER': [50_000, (n) => `ALTER TABLE t ${times(n, (i) => `ADD COLUMN c${i} text`, ',\n')};`],
  'suppressions above a statement': [
    50_000,
    (n) => `${times(n, (i) => `-- lockstep:ignore drop-table -- ${i}`)}\nDROP TABLE a;`,
  ],
  'suppressed statements': [20_000, (n) => times(n, (i) => `-- lockstep:ignore drop-table -- ${i}\nDROP TABLE a${i};`)],
  'suppressed columns': [
    20_000,
    (n) => `CREATE TABLE t (\n${times(n, (i) => `c${i} text -- lockstep:ignore drop-table -- ${i}`, '\n,')}\n);`,
  ],
  'indexes on a new table': [
    20_000,
    (n) => `CREATE TABLE t (id int);\n${times(n, (i) => `CREATE INDEX i${i} ON t (id);`)}`,
  ],
  'indexes on other tables': [20_000, (n) => times(n, (i) => `CREATE INDEX i${i} ON t${i % 50} (c${i});`)],
  'conditions with AND': [20_000, (n) => `DELETE FROM t WHERE ${times(n, (i) => `c${i} = ${i}`, ' AND ')};`],
  'rows of one INSERT': [
    90_000,
    (n) => `INSERT INTO t VALUES\n${times(n, (i) => `(${i}, 'some text ${i}', now())`, ',\n')};`,
  ],
  'foreign keys to one table': [
    5000,
    (n) =>
      `CREATE TABLE p (id bigint PRIMARY KEY);\n${times(n, (i) => `CREATE TABLE t${i} (p bigint REFERENCES p (id));`)}`,
  ],
  partitions: [
    3000,
    (n) =>
      `CREATE TABLE t (a int) PARTITION BY RANGE (a);\n${times(n, (i) => `CREATE TABLE t${i} PARTITION OF t FOR VALUES FROM (${i}) TO (${i + 1});`)}`,
  ],
  'columns set NOT NULL': [5000, (n) => times(n, (i) => `ALTER TABLE t ALTER COLUMN c${i} SET NOT NULL;`)],
  'columns dropped': [10_000, (n) => times(n, (i) => `ALTER TABLE t DROP COLUMN c${i};`)],
};

/** Milliseconds from the text to its findings, and the longest single step: nobody is answered while it lasts. */
function look(made, sql) {
  const uri = 'file:///w/migrations/000001_a.up.sql';
  made.setFile(uri, 'migrations/000001_a.up.sql', sql);
  made.setFile('file:///w/migrations/000001_a.down.sql', 'migrations/000001_a.down.sql', 'SELECT 1;\n');
  const start = performance.now();
  let [last, longest] = [start, 0];
  const timed = function* (steps) {
    for (;;) {
      const step = steps.next();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (step.done) return step.value;
      yield;
    }
  };
  finish(timed(made.findingSteps(uri)));
  return { time: performance.now() - start, longest };
}

/** `model` makes an empty one. */
export function kindsOfFiles(model) {
  for (const [what, [count, text]] of Object.entries(kinds)) {
    const half = look(model(), text(count / 2));
    const { time, longest } = look(model(), text(count));
    const figures = `${time.toFixed(0).padStart(6)} ms   longest step ${longest.toFixed(0).padStart(5)} ms`;
    console.log(`  ${`${count} ${what}`.padEnd(48)} ${figures}   whole / half ${(time / half.time).toFixed(1)}`);
  }
}
