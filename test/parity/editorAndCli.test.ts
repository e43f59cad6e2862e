import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cli, filesIn, folder } from '../cli/kit.js';
import { LspClient } from '../world/lspClient.js';

const shop = filesIn(fileURLToPath(new URL('../../demo/workspace', import.meta.url)));
const LEVELS = ['', 'error', 'warning', 'information', 'hint'];

interface Found {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: string;
  readonly rule: string;
  readonly message: string;
}

async function fromEditor(files: Readonly<Record<string, string>>, settings = {}): Promise<readonly string[]> {
  const client = await LspClient.start(files, { settings });
  try {
    const lines: string[] = [];
    for (const [name, text] of Object.entries(files).filter(([file]) => file.endsWith('.sql'))) {
      const uri = await client.open(name, text);
      for (const d of await client.diagnostics(uri)) {
        const { start, end } = d.range;
        const place = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
        lines.push(`${name} ${place} ${LEVELS[d.severity!]} ${String(d.code)} ${String(d.message)}`);
      }
    }
    return lines.sort();
  } finally {
    await client.stop();
  }
}

async function fromCommandLine(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { out, err } = await cli(folder(files), ['lint', '--format', 'json', '--severity', 'hint']);
  assert.equal(err, '');
  const { findings } = JSON.parse(out) as { findings: readonly Found[] };
  return findings
    .map((f) => `${f.path} ${f.line}:${f.column}-${f.endLine}:${f.endColumn} ${f.severity} ${f.rule} ${f.message}`)
    .sort();
}

const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the demo': shop,
  'the demo with a lockstep.json': {
    ...shop,
    'lockstep.json':
      '{ "pgVersion": 12, "baseline": "4", "rules": { "drop-column": "error", "missing-lock-timeout": "off" } }',
  },
  'files that are excluded': {
    ...shop,
    'old/migrations/1_a.sql': 'DROP TABLE a;',
    'old/migrations/2_b.sql': 'DROP TABLE b;',
    'lockstep.json': '{ "exclude": ["old", "**/002_*", "lockstep.json"] }',
  },
  'a folder that only the settings make one': {
    '.db/steps/1_a.sql': 'DROP TABLE a;',
    'vendor/x/2_b.sql': 'DROP TABLE b;',
    'lockstep.json': '{ "migrations": [{ "folder": "./.db/steps/" }] }',
  },
  'broken SQL, CRLF, a byte order mark and emoji': {
    'm/1_a.up.sql':
      '\uFEFF-- 🐘\r\nCREATE TABEL t (id int);\r\nCREATE TABLE "🐘🐘" (id serial PRIMARY KEY);\r\nDROP TABLE gone;\r\nSELECT 1 FROM',
    'm/1_a.down.sql': 'DROP TABLE "🐘🐘";',
  },
};
for (const [what, files] of Object.entries(cases)) {
  test(`${what}: editor and command line find the same in the same places`, async () => {
    const found = await fromCommandLine(files);
    assert.ok(found.length > 0);
    assert.deepEqual(await fromEditor(files), found);
  });
}

test('lockstep.json wins over the settings of the editor, so that both agree', async () => {
  const files = { ...shop, 'lockstep.json': '{ "rules": { "drop-column": "hint" } }' };
  assert.deepEqual(await fromEditor(files, { rules: { 'drop-column': 'error' } }), await fromCommandLine(files));
});
