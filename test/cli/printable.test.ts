import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable } from '../../server/src/cli/printable.js';

test('what a terminal would obey is shown, colours and lines stay', () => {
  assert.equal(printable('a\x1b]0;title\x07b\x1b[2Jc\x9b1A'), 'a\\u{1b}]0;title\\u{7}b\\u{1b}[2Jc\\u{9b}1A');
  assert.equal(printable('\x1b[31merror\x1b[0m\tü\r\n'), '\x1b[31merror\x1b[0m\tü\r\n');
  assert.equal(printable('gone\rhidden'), 'gone\\u{d}hidden');
  assert.equal(printable('txt.\u202elqs'), 'txt.\\u{202e}lqs');
});

test('ordinary text stays as it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => assert.equal(printable(text), text)));
});
