import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editing, together } from '../../../server/src/core/text/change.js';

const edit = (start: number) => ({ span: { start, end: start }, newText: 'x' });
const file = (uri: string) => ({ uri, text: '' });

test('two changes together have one list of edits a file, the first one first, and the files of both', () => {
  const first = { edits: [{ uri: 'a', edits: [edit(5)] }], newFiles: [file('new')] };
  const second = {
    edits: [
      { uri: 'b', edits: [edit(1)] },
      { uri: 'a', edits: [edit(0)] },
    ],
    newFiles: [file('more')],
  };
  assert.deepEqual(together(first, second), {
    edits: [
      { uri: 'a', edits: [edit(5), edit(0)] },
      { uri: 'b', edits: [edit(1)] },
    ],
    newFiles: [file('new'), file('more')],
  });
  assert.equal(together(first, undefined), first);
});

test('a change without an edit names no file', () => {
  assert.deepEqual(editing('a', []), { edits: [], newFiles: [] });
  assert.deepEqual(editing('a', [edit(1)]).edits, [{ uri: 'a', edits: [edit(1)] }]);
});
