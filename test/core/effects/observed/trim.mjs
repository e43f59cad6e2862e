// Makes fixture.sql and statements.jsonl of raw observations: node test/core/effects/observed/trim.mjs FOLDER
// FOLDER holds postgres-locks-observed-NN.json, one for each major version: each statement was run by itself in a
// transaction on a database made by the fixture, and its locks, scans and new files were written down.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

const INPUT = ['id', 'group', 'sql', 'setup', 'before', 'session'];
const [folder] = process.argv.slice(2);
const files = readdirSync(folder).flatMap((name) => {
  const match = /^postgres-locks-observed-(\d+)\.json$/.exec(name);
  return match ? [{ pg: Number(match[1]), ...JSON.parse(readFileSync(path.join(folder, name), 'utf8')) }] : [];
});

/** TOAST tables follow their table. */
const tables = (found = {}) => Object.fromEntries(Object.entries(found).filter(([name]) => !name.startsWith('toast ')));
const names = (found) => Object.keys(tables(found));

/** What tests look at; the rest of an observation is left out, and so is what is empty. */
function seen(s) {
  const samples = (s.outsideTransaction?.samples ?? []).map((sample) => tables(sample.heldOverall));
  const all =
    s.inTransaction === 'forbidden'
      ? { sampled: [...new Map(samples.map((held) => [JSON.stringify(held), held])).values()] }
      : {
          locks: tables(s.locks),
          lockedBefore: tables(s.lockedBeforeStatement),
          scanned: names(s.scanned),
          indexRead: names(s.indexRead),
          rewritten: s.rewritten ?? [],
          emptied: s.emptied ?? [],
          moved: s.moved ?? [],
        };
  return {
    inTransaction: s.inTransaction,
    ...Object.fromEntries(Object.entries(all).filter(([, v]) => names(v).length > 0)),
  };
}

/** By input, then by what was seen: the versions that agree are one entry. */
const byInput = new Map();
for (const { pg, statements } of files) {
  for (const s of statements.filter((s) => s.inTransaction === 'allowed' || s.inTransaction === 'forbidden')) {
    const input = JSON.stringify(Object.fromEntries(INPUT.filter((key) => key in s).map((key) => [key, s[key]])));
    const results = byInput.get(input) ?? new Map();
    byInput.set(input, results);
    const result = JSON.stringify(seen(s));
    results.set(result, [...(results.get(result) ?? []), pg]);
  }
}
const lines = [...byInput].map(([input, results]) =>
  JSON.stringify({ ...JSON.parse(input), seen: [...results].map(([r, pg]) => ({ pg, ...JSON.parse(r) })) }),
);
const fixtures = new Set(files.map((file) => file.fixtureSql));
if (fixtures.size !== 1) throw new Error('the versions were observed on different fixtures');
writeFileSync(path.join(import.meta.dirname, 'fixture.sql'), [...fixtures][0]);
writeFileSync(path.join(import.meta.dirname, 'statements.jsonl'), `${lines.join('\n')}\n`);
