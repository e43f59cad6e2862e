import assert from 'node:assert/strict';
import fc from 'fast-check';

/** Names and messages that try to be something else: a command, a colour, another line, another order of letters. */
export const HOSTILE: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        ...['\n', '\r', '\r\n', '\u2028', '\u0085', '\v', '\f', '\t', ' ', '\u00a0', '\0', '\x07', '\x7f', '\x9b'],
        ...['\x1b[31m', '\x1b]0;t\x07', '\x1b[2J', '\x1b', '\u202e', '\u2066', '\u200f', '\u061c', '\ud83d', '\ude00'],
        ...[
          '::error::',
          '::add-mask::x',
          '::',
          ':',
          '##[add-mask]',
          '##vso[a]',
          '#',
          '[',
          '%0A',
          '%',
          ',',
          '"',
          "'",
          '\\',
        ],
        ...['a', '😀', 'ü', '\u200d', '\ufeff', '日', '$', '/', '-', 'x'.repeat(300)],
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Nothing in a text that a terminal, a CI job or a reader would take for something else; returns the text. */
export function demandHarmless(text: string): string {
  for (const row of text.split('\n')) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
    assert.doesNotMatch(row, /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
    assert.doesNotMatch(row, /\p{Cs}/u);
    assert.doesNotMatch(row, /^\s*::/);
    assert.doesNotMatch(row, /##\w*\[/);
  }
  return text;
}
