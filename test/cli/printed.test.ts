import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { json, line, painted, several, together } from '../../server/src/cli/printed.js';
import { github } from '../../server/src/cli/reporters/github.js';
import { json as jsonReport } from '../../server/src/cli/reporters/json.js';
import type { Report } from '../../server/src/cli/reporters/report.js';
import { sarif } from '../../server/src/cli/reporters/sarif.js';
import { text } from '../../server/src/cli/reporters/text.js';
import { demandHarmless, HOSTILE } from './hostile.js';
import { cli, folder } from './kit.js';

test('what is put into a line stays on it, its control characters shown by their number', () => {
  const name = 'a\x1b]0;title\x07b\x1b[31mc\x9b1A\0\tü\r\n::error::x';
  assert.equal(line`${name}!`.text, 'a\\u{1b}]0;title\\u{7}b\\u{1b}[31mc\\u{9b}1A\\u{0}\\tü\\r\\n::error::x!\n');
  assert.equal(line`txt.${'\u202elqs'} ${'\ud83d'}`.text, 'txt.\\u{202e}lqs \\u{d83d}\n');
  assert.equal(line`${painted(31, 'a\x1b[0mb')}`.text, '\x1b[31ma\\u{1b}[0mb\x1b[0m\n');
});

test('no line is a command of a CI job', () => {
  assert.equal(line`${'::add-mask::x'}`.text, '\\u{3a}:add-mask::x\n');
  assert.equal(line`  ${'\u00a0::add-mask::x'}`.text, '  \u00a0\\u{3a}:add-mask::x\n');
  assert.equal(line`Detail: ${several('a\n::add-mask::x\r\nb', 2)}`.text, 'Detail: a\n  \\u{3a}:add-mask::x\n  b\n');
  assert.equal(
    line`a ${'##[add-mask]x'} ${'##vso[task.setvariable]'}`.text,
    'a \\u{23}#[add-mask]x \\u{23}#vso[task.setvariable]\n',
  );
  assert.equal(line`${'#'}${'#[group]'}`.text, '\\u{23}#[group]\n');
  assert.equal(line`a::b`.text, 'a::b\n');
  assert.ok(!json({ a: '##[add-mask]x' }).text.includes('##['));
});

test('letters, signs and emoji of every script are shown as they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'abc 019_-.\'"$é日本語नमस्ते👩‍👩‍👧🏳️‍🌈فارسی') }), (words) => {
      assert.equal(line`${words}.`.text, `${words}.\n`);
    }),
  );
});

test('JSON reads back as the value that was written', () => {
  fc.assert(
    fc.property(HOSTILE, (name) => {
      const value = { [name]: [name, { name }] };
      assert.deepEqual(JSON.parse(demandHarmless(json(value).text)), value);
    }),
  );
});

test('no report obeys what files and names hold, and those for machines give them back', () => {
  fc.assert(
    fc.property(HOSTILE, HOSTILE, (path, words) => {
      const place = { path, line: 1, column: 2, endLine: 1, endColumn: 3 };
      const report: Report = {
        findings: [
          {
            ...place,
            severity: 'error',
            rule: 'layout',
            message: words,
            detail: words,
            fixes: [{ title: words, safe: true }],
            related: [{ ...place, message: words }],
          },
        ],
        problems: [{ path, message: words }],
        files: 1,
        statements: 1,
        version: '1',
        rules: { layout: { title: words, severity: 'error' } },
      };
      for (const reporter of [text, jsonReport, sarif]) demandHarmless(reporter(report, { colour: false }).text);
      // Escape sequences of ours alone: one around each of path, severity, rule and fix.
      const coloured = text(report, { colour: true }).text;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
      demandHarmless(coloured.split(/\u001b\[(?:1|31|90|0)m/).join(''));
      assert.equal(coloured.split('\x1b').length, 9);
      const commands = github(report, { colour: false }).text.split('\n');
      assert.deepEqual(
        commands.map((each) => /^::error (file|$)/.test(each)),
        [true, true, false],
      );
      for (const each of commands) demandHarmless(each.slice(2));
      const [finding] = JSON.parse(jsonReport(report, { colour: false }).text).findings;
      assert.deepEqual([finding.path, finding.message], [path, words]);
      const [result] = JSON.parse(sarif(report, { colour: false }).text).runs[0].results;
      assert.equal(result.message.text, `${words} ${words}`.replace(/^ $/, words));
      const { uri } = result.locations[0].physicalLocation.artifactLocation;
      assert.equal(decodeURIComponent(uri), path.replace(/\p{Cs}/gu, '\ufffd'));
    }),
  );
});

/** Names that a file system takes: no slash, no NUL, and not too long; half surrogate pairs have no bytes. */
const fileName = HOSTILE.map((name) =>
  [
    ...name
      .replace(/\p{Cs}/gu, '\ufffd')
      .replaceAll('/', '|')
      .replaceAll('\0', ''),
  ]
    .slice(0, 40)
    .join(''),
);

test('lint in every format is harmless whatever files, tables and messages are called', async () => {
  await fc.assert(
    fc.asyncProperty(fileName, HOSTILE, async (name, table) => {
      const sql =
        table
          .replace(/\p{Cs}/gu, '\ufffd')
          .replaceAll('\0', '')
          .replaceAll('"', '""') || 'x';
      const root = folder({
        [`migrations/001_${name}.sql`]: `DROP TABLE "${sql}";\nCREATE INDEX i ON "${sql}" ("${sql}");\nSELEC "${sql}";`,
        [`migrations/${name}.sql`]: 'SELECT 1;',
        'migrations/002_b.sql': 'SELECT 1;',
      });
      for (const format of ['text', 'json', 'github', 'sarif']) {
        const { out, err } = await cli(root, ['lint', '--format', format, '--severity', 'hint']);
        demandHarmless(err);
        const lines = format === 'github' ? out.replace(/^::(error|warning|notice) (?=file=)/gm, '') : out;
        demandHarmless(lines);
        if (format === 'json')
          assert.ok(JSON.parse(out).findings.some((f: { path: string }) => f.path === `migrations/001_${name}.sql`));
        if (format === 'sarif') JSON.parse(out);
      }
    }),
    { numRuns: 25 },
  );
});

test('what new makes, and why it does not, is harmless', async () => {
  await fc.assert(
    fc.asyncProperty(HOSTILE, async (name) => {
      const root = folder({});
      const made = await cli(root, ['new', '--', name]);
      const again = await cli(root, ['new', '--folder', name.replaceAll('\0', ''), '--template', name, '--', name]);
      const set = await cli(root, ['new', '--template', 'create-table', '--set', name, '--', 'x']);
      for (const { out, err } of [made, again, set]) demandHarmless(out + err);
    }),
    { numRuns: 50 },
  );
});

test('lines in a row are lines', () => {
  assert.equal(together([line`a`, line``, line`b`]).text, 'a\n\nb\n');
});
