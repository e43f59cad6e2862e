import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../../server/src/core/sql/read.js';
import { interruptedText, recordedInterruptions, SCENARIOS, type Trial, trials } from './interrupted.js';

before(loadParser);

/** Sentences that say that nothing of the migration at hand is there. */
const NOTHING =
  /nothing of it remains|All of it was rolled back|Nothing of it was run|No migration was started|was not started/i;
const INDEX = /^(CREATE|DROP) INDEX CONCURRENTLY (?:IF NOT EXISTS )?(\w+)/;

/** How often each thing that a migration does has been done. */
function done({ after, world }: Trial, version: string): readonly number[] {
  return world.does.get(version)!.map((text) => {
    const [, word, index] = INDEX.exec(text) ?? [];
    if (index === undefined) return after.effects.filter((effect) => effect === text).length;
    return (word === 'CREATE') === (after.indexes.get(index) === true) ? 1 : 0;
  });
}

/** Whether the ledger says, without a mark, that the migration has run in this direction. */
function isRecorded({ after, world: { scenario } }: Trial, version: string): boolean {
  const rows = [...after.ledger.values()];
  if (rows.some((row) => row.dirty === true)) return false;
  return rows.some((row) => row.version === version) === (scenario.direction === 'up');
}

const label = ({ fault, message, outcome }: Trial) => `${message} (${fault})\n${outcome.outcome}: ${outcome.message}`;

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  test(`whatever message goes wrong, the ledger is true and so is what is said: ${name}`, async () => {
    for (const trial of await trials(scenario)) {
      const { world, outcome, after } = trial;
      for (const { id, version } of world.set.migrations) {
        const counts = done(trial, version);
        assert.ok(
          counts.every((n) => n <= 1),
          `done twice: ${label(trial)}`,
        );
        const all = counts.every((n) => n === 1);
        if (isRecorded(trial, version)) assert.ok(all, `recorded and not done: ${label(trial)}`);
        const isCompleted = outcome.completed.some((c) => c.id === id);
        if (isCompleted) assert.ok(isRecorded(trial, version), `said to be finished and not recorded: ${label(trial)}`);
        if (outcome.outcome === 'done') assert.ok(isCompleted && all, label(trial));
        const isFirstOpen =
          !isCompleted && world.set.migrations.find((m) => !outcome.completed.some((c) => c.id === m.id))?.id === id;
        if (isFirstOpen && NOTHING.test(outcome.message)) {
          assert.ok(
            counts.every((n) => n === 0),
            `said that nothing remains: ${label(trial)}`,
          );
          assert.ok(
            ![...after.ledger.values()].some((row) => row.dirty === true) || /says dirty/.test(outcome.message),
            `the mark stands: ${label(trial)}`,
          );
          assert.ok(
            [...after.indexes].every(([name, valid]) => valid || name === scenario.invalid),
            `an INVALID index remains: ${label(trial)}`,
          );
        }
      }
    }
  });

  test(`what was interrupted goes on to its end, and nothing is done twice: ${name}`, async () => {
    for (const trial of await trials(scenario)) {
      const { world, outcome } = trial;
      let last = outcome;
      for (let again = 0; again < 3 && last.outcome !== 'done' && !last.idle; again++) {
        world.server.restart();
        last = await world.run();
      }
      // A mark asks for a person.
      const isMarked = [...world.server.contents.ledger.values()].some((row) => row.dirty === true);
      if (isMarked && /migrate force/.test(last.message)) continue;
      const isOver = last.outcome === 'done' || last.idle === true || /nothing to roll back/.test(last.message);
      assert.ok(isOver, `${label(trial)}\nthen ${last.outcome}: ${last.message}`);
      const end = { ...trial, after: world.server.contents };
      for (const { version } of world.set.migrations) {
        assert.deepEqual([...new Set(done(end, version))], [1], `${label(trial)}\nthen ${last.message}`);
        assert.ok(isRecorded(end, version), `${label(trial)}\nthen ${last.message}`);
      }
      assert.ok(
        [...world.server.contents.indexes.values()].every((valid) => valid),
        label(trial),
      );
      // With a ledger that has marks, notes mean nothing once the mark is cleared; the next run takes them away.
      if (scenario.tool === 'plain') assert.deepEqual([...world.server.contents.journal.values()], [], label(trial));
      assert.equal(world.server.locks.size, 0, label(trial));
    }
  });
}

test('what is said when a message goes wrong is as it is written down', async () => {
  assert.equal(await interruptedText(), recordedInterruptions(), 'read what is different, then: npm run fixtures');
});
