import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut } from '../../server/src/tools/dbmate/marks.js';
import { dbmate } from '../../server/src/tools/dbmate/tool.js';

const halves = (text: string) => {
  const { up, down, problem } = cut(text);
  const of = (part: typeof up) => part?.section.within.map(({ start, end }) => text.slice(start, end)).join('|');
  return { up: of(up), down: of(down), modes: [up?.transaction, down?.transaction], problem: problem?.message };
};

// What dbmate 2.36.0 did with each of them.
test('both halves, their options and what stands before are read as dbmate reads them', () => {
  assert.deepEqual(halves('-- migrate:up\nA;\n-- migrate:down\nB;\n'), {
    up: 'A;\n',
    down: 'B;\n',
    modes: ['wrapped', 'wrapped'],
    problem: undefined,
  });
  assert.deepEqual(halves('-- a note\n\n--migrate:up transaction:false\r\nA;\r\n--migrate:down or not\r\nB;'), {
    up: 'A;\r\n',
    down: 'B;',
    modes: ['implicit', 'wrapped'],
    problem: undefined,
  });
  assert.equal(halves('-- migrate:up\nA;\n-- migrate:down').down, '');
});

for (const [text, message] of [
  ['-- migrate:up\nA;\n', /has no -- migrate:down/],
  ['-- MIGRATE:UP\nA;\n-- migrate:down\n', /before its -- migrate:up/],
  ['  -- migrate:up\nA;\n-- migrate:down\n', /before its -- migrate:up/],
  ['\uFEFF-- migrate:up\nA;\n-- migrate:down\n', /before its -- migrate:up/],
  ['SELECT 1;\n-- migrate:up\nA;\n-- migrate:down\n', /a statement before/],
  ['-- migrate:down\nA;\n-- migrate:up\nB;\n', /-- migrate:down before/],
  ['-- migrate:up\nA;\n-- migrate:up\nB;\n-- migrate:down\n', /two -- migrate:up/],
  ['-- migrate:up\nA;\n-- migrate:down\nB;\n-- migrate:up\nC;\n', /more than one/],
  ['-- nothing\n', /has no -- migrate:up/],
] as const)
  test(`what dbmate refuses is told: ${JSON.stringify(text)}`, () => assert.match(halves(text).problem ?? '', message));

test('files run in the order of their names', () => {
  assert.deepEqual(
    ['9', '10', '001', '1', '003'].sort((a, b) => dbmate.compare(a, b)),
    ['001', '003', '10', '1', '9'],
  );
});
