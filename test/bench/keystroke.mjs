// How long a keystroke takes, from text to findings. Prints milliseconds and ratios that were measured side by side;
// nothing is asserted. What the numbers mean is in CONTRIBUTING.md. `npm run bench`, `npm run bench -- big` for one part.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveConfig } from '../../server/src/config/resolve.ts';
import { loadParser, WorkspaceModel } from '../../server/src/core/index.ts';
import { readScript } from '../../server/src/core/sql/read.ts';
import { methods } from '../../server/src/lsp/protocol.ts';
import { tools } from '../../server/src/tools/index.ts';
import { LspClient } from '../world/lspClient.ts';
import { growth } from './growth.mjs';
import { kindsOfFiles } from './kinds.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const corpus = path.join(process.env.LOCKSTEP_SHARED ?? path.join(repository, '../shared'), 'corpus');
const wanted = process.argv.slice(2);
const MIB = 1024 * 1024;

const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
const ms = (n) => `${n < 10 ? n.toFixed(2) : n.toFixed(0)} ms`;

/** Median and worst of several runs of one step; the step gets the number of the run. */
async function measure(step, runs) {
  const times = [];
  for (let n = 0; n < runs; n++) {
    const start = performance.now();
    await step(n);
    times.push(performance.now() - start);
  }
  return { median: median(times), worst: Math.max(...times) };
}

const report = (what, time) =>
  console.log(`  ${what.padEnd(84)} ${ms(time.median).padStart(9)}   worst ${ms(time.worst)}`);
const ratio = (what, a, b) => console.log(`  ${what.padEnd(84)} ${(a / b).toFixed(2).padStart(9)}`);

/** A text with one character typed at a place that moves with `n`: first in a comment, then in the middle of a word. */
function typed(text, n) {
  const at = text.indexOf('\n', Math.floor((text.length * ((n * 7) % 10)) / 10)) + 1;
  return `${text.slice(0, at)}-- typed ${n}\n${text.slice(at)}`;
}

/** Statements of every sort, about as long as people write them. */
function synthetic(bytes) {
  const parts = [];
  for (let n = 0, size = 0; size < bytes; n++) {
    const part = `CREATE TABLE t${n} (id bigserial PRIMARY KEY, name varchar(40) NOT NULL DEFAULT 'grüße ${n}', parent bigint REFERENCES t${Math.max(0, n - 1)} (id));
CREATE INDEX t${n}_name ON t${n} (lower(name)) WHERE parent > ${n};
INSERT INTO t${n} (name) VALUES ('a ${n}'), ('b ${n}');
ALTER TABLE t${n} ADD COLUMN extra text DEFAULT 'x' CHECK (extra <> '');
UPDATE t${n} SET name = name || 'x' WHERE id BETWEEN 1 AND 100;
`;
    parts.push(part);
    size += part.length;
  }
  return parts.join('');
}

function model(root = 'file:///w') {
  const { config } = resolveConfig(undefined, undefined);
  return new WorkspaceModel(root, config, {
    tools,
    now: () => new Date(0),
    onError: (error) => {
      throw error;
    },
  });
}

function modelOf(files) {
  const made = model();
  for (const [name, text] of Object.entries(files)) made.setFile(`file:///w/${name}`, name, text);
  return made;
}

function corpusFiles(project) {
  return Object.fromEntries(
    readdirSync(path.join(corpus, project), { recursive: true })
      .filter((name) => name.endsWith('.sql') || name.endsWith('.toml'))
      .map((name) => [name, readFileSync(path.join(corpus, project, name), 'utf8')]),
  );
}

const largestOf = (files) => Object.entries(files).reduce((a, b) => (a[1].length > b[1].length ? a : b));

const HOVER = 'textDocument/hover';

/** How long somebody waits for a hover in a small file, with nothing else to do and while a large one is analysed. */
async function hoversMeanwhile(what, files, small, big) {
  const client = await LspClient.start(files);
  const uri = await client.open(small, files[small]);
  const hover = () =>
    client.connection.sendRequest(HOVER, { textDocument: { uri }, position: { line: 0, character: 3 } });
  await hover();
  const idle = await measure(hover, 50);
  report('hover in a small file, nothing else to do', idle);
  const large = await client.open(big, files[big]);
  let isOver = false;
  const analysed = client.diagnostics(large).then(() => {
    isOver = true;
  });
  const times = [];
  while (!isOver) {
    // A hand with a mouse is slower than this, and not in step with the server.
    await new Promise((resolve) => setTimeout(resolve, 7 + (times.length % 13)));
    times.push((await measure(hover, 1)).median);
  }
  await analysed;
  const busy = { median: median(times), worst: Math.max(...times) };
  report(`the same while ${what} is analysed (${times.length} hovers)`, busy);
  await client.stop();
  headlines.push(
    `hover in a small file while a file of 2 MB is analysed: ${ms(busy.median)} (worst ${ms(busy.worst)})`,
  );
}

/** A keystroke as the model sees it: the new text, then the findings of that file. */
async function modelKeystrokes(what, files, name, runs = 20) {
  const made = modelOf(files);
  const uri = `file:///w/${name}`;
  const first = await measure(() => made.findings(uri), 1);
  report(`${what}: first look`, first);
  const key = await measure((n) => {
    made.setFile(uri, name, typed(files[name], n));
    made.findings(uri);
  }, runs);
  report(`${what}: keystroke → findings (${made.findings(uri).length})`, key);
  return { first, key };
}

/** A keystroke through the language server: a change notification, then the diagnostics that the client pulls. */
async function serverKeystrokes(what, files, name, runs = 20) {
  const client = await LspClient.start(files);
  // Answers when the workspace has been scanned.
  await client.connection.sendRequest(methods.status, { connect: false });
  const uri = await client.open(name, files[name]);
  const first = await measure(() => client.diagnostics(uri), 1);
  report(`${what}: opened → diagnostics`, first);
  let version = 1;
  let found = 0;
  const lines = files[name].split('\n').length;
  const key = await measure(async (n) => {
    const position = { line: Math.floor((lines * ((n * 7) % 10)) / 10), character: 0 };
    const change = { range: { start: position, end: position }, text: `-- typed ${n}\n` };
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: ++version },
      contentChanges: [change],
    });
    found = (await client.diagnostics(uri)).length;
  }, runs);
  report(`${what}: keystroke → diagnostics (${found})`, key);
  await client.stop();
  return key;
}

/** The up half of a goose file, as a file of its own. */
const up = (text) => text.split(/^-- \+goose Down/m)[0].replace(/^-- \+goose.*$/gm, '--');

/** What a person asks first, once more at the end. */
const headlines = [];

const parts = {
  async reader() {
    const texts = { 'synthetic 5 MB': synthetic(5 * MIB) };
    if (existsSync(corpus)) {
      const [name, text] = largestOf(corpusFiles('hatchet'));
      texts[`largest of the corpus, ${path.basename(name)}, ${(text.length / 1024).toFixed(0)} kB`] = text;
    }
    for (const [what, text] of Object.entries(texts)) {
      const full = await measure((n) => readScript(typed(text, n)), text.length > MIB ? 3 : 20);
      let script = readScript(text);
      const again = await measure(
        (n) => {
          script = readScript(typed(text, n), { previous: script });
        },
        text.length > MIB ? 5 : 20,
      );
      report(`${what}: read`, full);
      report(`${what}: read again after a keystroke`, again);
      ratio('  again / anew', again.median, full.median);
    }
  },
  growth: () => growth(),
  kinds: () => kindsOfFiles(model),
  async size() {
    const last = [];
    for (const size of [0.25, 0.5, 1]) {
      const text = synthetic(size * MIB);
      const { first, key } = await modelKeystrokes(
        `${size} MB`,
        { 'migrations/0001_big.up.sql': text, 'migrations/0001_big.down.sql': '' },
        'migrations/0001_big.up.sql',
        5,
      );
      if (last.length > 0) {
        ratio('  first look: twice the text / once (2 is linear, 4 is squared)', first.median, last[0]);
        ratio('  keystroke: twice the text / once', key.median, last[1]);
      }
      last.splice(0, 2, first.median, key.median);
    }
  },
  async history() {
    const last = [];
    for (const count of [500, 1000, 2000]) {
      const files = {};
      for (let n = 1; n <= count; n++)
        files[`migrations/${String(n).padStart(6, '0')}_t.up.sql`] = synthetic(300).replaceAll('t0', `t${n}`);
      const { key } = await modelKeystrokes(
        `${count} migrations, the last one edited`,
        files,
        `migrations/${String(count).padStart(6, '0')}_t.up.sql`,
      );
      const { key: early } = await modelKeystrokes(
        `${count} migrations, the first one edited`,
        files,
        'migrations/000001_t.up.sql',
      );
      if (last.length > 0) {
        ratio('  last one edited: twice the migrations / once', key.median, last[0]);
        ratio('  first one edited: twice the migrations / once', early.median, last[1]);
      }
      last.splice(0, 2, key.median, early.median);
    }
  },
  async meanwhile() {
    const files = {
      'migrations/0001_small.up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
      'migrations/0001_small.down.sql': 'DROP TABLE users;\n',
      'migrations/0002_big.up.sql': synthetic(2 * MIB),
      'migrations/0002_big.down.sql': 'SELECT 1;\n',
    };
    await hoversMeanwhile('a file of 2 MB', files, 'migrations/0001_small.up.sql', 'migrations/0002_big.up.sql');
  },
  async corpus() {
    if (!existsSync(corpus)) return console.log('  skipped: no corpus (set LOCKSTEP_SHARED)');
    for (const project of ['crates.io', 'concourse', 'minder']) {
      const files = corpusFiles(project);
      const ups = Object.keys(files)
        .filter((name) => /\.up\.sql$|\/up\.sql$/.test(name))
        .sort();
      const largest = ups.reduce((a, b) => (files[a].length > files[b].length ? a : b));
      await modelKeystrokes(
        `${project}, its largest file (${(files[largest].length / 1024).toFixed(0)} kB)`,
        files,
        largest,
      );
      await modelKeystrokes(`${project}, its last file`, files, ups.at(-1));
      await serverKeystrokes(`${project}, language server, its largest file`, files, largest);
    }
    const [, text] = largestOf(corpusFiles('hatchet'));
    const files = { 'migrations/0001_v1.up.sql': up(text), 'migrations/0001_v1.down.sql': 'SELECT 1;\n' };
    await modelKeystrokes(
      `largest file of the corpus (${(up(text).length / 1024).toFixed(0)} kB)`,
      files,
      'migrations/0001_v1.up.sql',
    );
    const key = await serverKeystrokes(
      'largest file of the corpus, language server',
      files,
      'migrations/0001_v1.up.sql',
    );
    headlines.push(`keystroke → diagnostics, largest file of the corpus: ${ms(key.median)} (worst ${ms(key.worst)})`);
  },
  async big() {
    const rows = Array.from({ length: 95_000 }, (_, n) => `INSERT INTO t (a, b) VALUES (${n}, 'grüße ${n}');\n`).join(
      '',
    );
    const data = {
      'migrations/0001_data.up.sql': `CREATE TABLE t (a int, b text);\n${rows}`,
      'migrations/0001_data.down.sql': 'DROP TABLE t;\n',
    };
    await modelKeystrokes(`${(rows.length / MIB).toFixed(1)} MB of inserts`, data, 'migrations/0001_data.up.sql', 5);
    await serverKeystrokes(
      `${(rows.length / MIB).toFixed(1)} MB of inserts, language server`,
      data,
      'migrations/0001_data.up.sql',
      5,
    );
    const files = { 'migrations/0001_big.up.sql': synthetic(5 * MIB), 'migrations/0001_big.down.sql': 'SELECT 1;\n' };
    const { first, key } = await modelKeystrokes(
      '5 MB of statements of every sort',
      files,
      'migrations/0001_big.up.sql',
      3,
    );
    ratio('  keystroke / first look', key.median, first.median);
  },
};

await loadParser();
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name}`);
  await run();
}
for (const line of headlines) console.log(line);
process.exit(0);
