import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { makeVsix, vsix } from '../../server/dev/package.mjs';
import { isAvailable } from '../vscode/install.mjs';
import { installVsix, newDataDir } from '../vscode/launch.mjs';

const MAX_MEGABYTES = 2;
/** All that may be in it, below `extension/`. */
const ALLOWED = [
  /^package(\.nls)?\.json$/,
  /^(readme|changelog)\.md$/i,
  /^LICENSE(\.txt)?$/,
  /^client\/dist\/extension\.cjs$/,
  /^server\/dist\/(server|cli)\.cjs$/,
  /^server\/dist\/libpg-query\.wasm$/,
  /^server\/config\.schema\.json$/,
  /^media\/[\w-]+\.(png|svg)$/,
  /^snippets\/[\w-]+\.json$/,
  /^docs\/(rules\/)?[\w-]+\.md$/,
];

let unpacked: string;
const inside = (...parts: string[]) => path.join(unpacked, 'extension', ...parts);

before(() => {
  makeVsix();
  unpacked = mkdtempSync(path.join(os.tmpdir(), 'lockstep-vsix-'));
  unzip(vsix, unpacked);
});
after(() => rmSync(unpacked, { recursive: true, force: true }));

/** A .vsix is a zip file; yauzl comes with vsce. */
function unzip(file: string, to: string): void {
  const script = `
    const yauzl = require('yauzl'), fs = require('fs'), path = require('path');
    yauzl.open(process.argv[1], { lazyEntries: true }, (error, zip) => {
      if (error) throw error;
      zip.on('entry', (entry) => {
        const at = path.join(process.argv[2], entry.fileName);
        fs.mkdirSync(path.dirname(at), { recursive: true });
        if (entry.fileName.endsWith('/')) return zip.readEntry();
        zip.openReadStream(entry, (e, stream) => {
          if (e) throw e;
          stream.pipe(fs.createWriteStream(at)).on('close', () => zip.readEntry());
        });
      });
      zip.readEntry();
    });`;
  execFileSync(process.execPath, ['-e', script, file, to], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(path.join(dir, entry.name)).map((f) => `${entry.name}/${f}`) : [entry.name],
  );
}

test('the package holds what it needs and nothing else', () => {
  const files = filesBelow(inside());
  assert.deepEqual(
    files.filter((file) => !ALLOWED.some((allowed) => allowed.test(file))),
    [],
  );
  for (const needed of [
    'client/dist/extension.cjs',
    'server/dist/server.cjs',
    'server/dist/cli.cjs',
    'server/dist/libpg-query.wasm',
  ])
    assert.ok(files.includes(needed), `${needed} is missing`);
});

test('the package is small', () => {
  const megabytes = statSync(vsix).size / 1024 / 1024;
  assert.ok(megabytes < MAX_MEGABYTES, `${megabytes.toFixed(2)} MB`);
});

test('every file that the manifest names is there', () => {
  const manifest = JSON.parse(readFileSync(inside('package.json'), 'utf8'));
  const named = [
    manifest.main,
    manifest.icon,
    ...(manifest.contributes.snippets ?? []).map((s: { path: string }) => s.path),
    ...(manifest.contributes.jsonValidation ?? []).map((v: { url: string }) => v.url),
  ];
  for (const file of named) assert.ok(statSync(inside(file)).isFile(), file);
});

test('nothing of the machine or of a person is in the package', () => {
  const home = os.homedir();
  for (const file of filesBelow(inside()).filter((f) => /\.(cjs|json|md)$/.test(f))) {
    const text = readFileSync(inside(file), 'utf8');
    assert.doesNotMatch(text, /sourceMappingURL=/, file);
    assert.doesNotMatch(text, /BEGIN (RSA |EC |OPENSSH )?PRIVATE KEY|npm_[A-Za-z0-9]{36}|ghp_[A-Za-z0-9]{36}/, file);
    if (home.length > 5) assert.ok(!text.includes(home), `${file} names ${home}`);
    assert.ok(!text.includes(process.cwd()), `${file} names ${process.cwd()}`);
  }
});

test('the packaged command line says its version', () => {
  const { version } = JSON.parse(readFileSync(inside('package.json'), 'utf8'));
  const said = execFileSync(process.execPath, [inside('server/dist/cli.cjs'), '--version'], { encoding: 'utf8' });
  assert.ok(said.trim().endsWith(version), said);
});

test('the packaged command line finds a dangerous statement', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lockstep-cli-'));
  try {
    writeFileSync(path.join(dir, '001_index.sql'), 'CREATE INDEX users_email_idx ON users (email);\n');
    const done = spawnSync(process.execPath, [inside('server/dist/cli.cjs'), 'lint', '001_index.sql'], {
      cwd: dir,
      encoding: 'utf8',
    });
    assert.match(done.stdout, /001_index\.sql/, done.stderr);
    assert.match(done.stdout, /CONCURRENTLY/);
    assert.equal(done.status, 1);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('the packaged command line brings the pages of its rules, and makes migrations', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lockstep-cli-'));
  try {
    const run = (args: readonly string[], input = '') =>
      spawnSync(process.execPath, [inside('server/dist/cli.cjs'), ...args], { cwd: dir, input, encoding: 'utf8' });
    const { stdout } = run(['lint', '-', '--format', 'sarif'], 'ALTER TABLE users RENAME TO people;');
    for (const { id, help } of JSON.parse(stdout).runs[0].tool.driver.rules)
      assert.ok(help.markdown.startsWith(`# ${id}\n`), id);
    assert.equal(run(['new', 'add users']).stdout, 'migrations/001_add_users.sql\nmigrations/001_add_users.down.sql\n');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('the packaged language server tells any editor, with links to pages that are in the package', async () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lockstep-stdio-'));
  const child = spawn(process.execPath, [inside('server/dist/cli.cjs'), 'server', '--stdio'], { cwd: dir });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  try {
    mkdirSync(path.join(dir, 'migrations'));
    const file = path.join(dir, 'migrations/001_index.sql');
    const text = 'CREATE INDEX users_email_idx ON users (email);\n';
    writeFileSync(file, text);
    writeFileSync(file.replace('.sql', '.down.sql'), 'DROP INDEX users_email_idx;\n');
    const published = new Promise<PublishDiagnosticsParams>((resolve) => {
      connection.onNotification(PublishDiagnosticsNotification.type, resolve);
    });
    connection.listen();
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: pathToFileURL(dir).href,
      capabilities: {},
    });
    await connection.sendNotification(InitializedNotification.type, {});
    await connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri: pathToFileURL(file).href, languageId: 'sql', version: 1, text },
    });
    const { diagnostics } = await published;
    const found = diagnostics.find((d) => d.code === 'create-index-blocking');
    const page = readFileSync(new URL(found?.codeDescription?.href ?? ''), 'utf8');
    assert.ok(page.startsWith('# create-index-blocking\n'));
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    assert.equal(await new Promise((resolve) => child.once('close', resolve)), 0);
  } finally {
    connection.dispose();
    child.kill();
    rmSync(dir, { recursive: true, force: true });
  }
});

const noWindow = isAvailable ? false : 'the web build of VS Code is fetched for Linux on x64 and arm64 only';

test('VS Code installs the package', { skip: noWindow }, () => {
  const dataDir = newDataDir();
  try {
    installVsix(vsix, dataDir);
    const [folder] = readdirSync(path.join(dataDir, 'ext')).filter((name) => name.startsWith('lockstep.lockstep-'));
    assert.ok(folder, 'it is not among the extensions');
    const installed = JSON.parse(readFileSync(path.join(dataDir, 'ext', folder, 'package.json'), 'utf8'));
    assert.ok(statSync(path.join(dataDir, 'ext', folder, installed.main)).isFile());
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('the page of the extension shows no picture that is not there', () => {
  const readme = readFileSync(inside(readdirSync(inside()).find((name) => /^readme\.md$/i.test(name))!), 'utf8');
  assert.doesNotMatch(readme, /!\[/);
  assert.match(readme, /## File layouts/);
});

test('every page that a packaged page leads to is there', () => {
  const pages = filesBelow(inside()).filter((file) => file.endsWith('.md'));
  assert.ok(pages.length > 40, String(pages.length));
  for (const page of pages) {
    for (const [, link = ''] of readFileSync(inside(page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      const target = path.join(path.dirname(inside(page)), link);
      // vsce gives the licence an ending.
      assert.ok(existsSync(target) || existsSync(`${target}.txt`), `${page}: ${link}`);
    }
  }
});
