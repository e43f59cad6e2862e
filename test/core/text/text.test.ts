import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../server/src/core/text/edits.js';
import { LineIndex } from '../../../server/src/core/text/lineIndex.js';
import { codePointsToUtf8, fromUtf8, Utf8Offsets, utf8Length } from '../../../server/src/core/text/utf8.js';

const anyText = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n', '\r', '\r\n', ' ', "'") });

test('lines end at LF, CRLF and a lone CR', () => {
  const index = new LineIndex('a\r\nbc\rd\n');
  assert.equal(index.lineCount, 4);
  assert.deepEqual(index.positionAt(4), { line: 1, character: 1 });
  assert.deepEqual(index.positionAt(99), { line: 3, character: 0 });
  assert.equal(index.offsetAt({ line: 0, character: 50 }), 1);
  assert.equal(index.offsetAt({ line: 50, character: 0 }), 8);
  assert.equal(index.lineEnd(1), 5);
});

test('every offset comes back from its position', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const index = new LineIndex(text);
      for (let i = 0; i <= text.length; i++) {
        // Between CR and LF there is no position of its own: the protocol moves it before the line end.
        if (text[i - 1] === '\r' && text[i] === '\n') continue;
        assert.equal(index.offsetAt(index.positionAt(i)), i);
      }
    }),
  );
});

test('edits apply in the order of the text, insertions at one place in the order given', () => {
  const edits = [
    { span: { start: 4, end: 5 }, newText: 'X' },
    { span: { start: 0, end: 0 }, newText: '1' },
    { span: { start: 0, end: 0 }, newText: '2' },
  ];
  assert.equal(applyEdits('abcdef', edits), '12abcdXf');
  assert.equal(applyEdits('', []), '');
});

test('overlapping edits and edits outside the text are refused', () => {
  const overlapping = [
    { span: { start: 0, end: 3 }, newText: '' },
    { span: { start: 2, end: 4 }, newText: '' },
  ];
  assert.throws(() => applyEdits('abcdef', overlapping), RangeError);
  assert.throws(() => applyEdits('ab', [{ span: { start: 1, end: 9 }, newText: '' }]), RangeError);
});

test('UTF-8 offsets agree with TextEncoder', () => {
  const encoder = new TextEncoder();
  fc.assert(
    fc.property(anyText, fc.nat(300), (unit, repeat) => {
      const text = unit.repeat(1 + (repeat % 60));
      const offsets = new Utf8Offsets(text);
      assert.equal(utf8Length(text), encoder.encode(text).length);
      let at = 0;
      let points = 0;
      for (const character of text.slice(0, 600)) {
        const bytes = encoder.encode(text.slice(0, at)).length;
        assert.equal(fromUtf8(text, bytes), at);
        assert.equal(offsets.toUtf16(bytes), at);
        assert.equal(codePointsToUtf8(text, points++), bytes);
        at += character.length;
      }
    }),
    { numRuns: 60 },
  );
});
