#!/usr/bin/env node
// Takes the place of VS Code's executable for @vscode/test-electron: runs the suites in the extension host of the web
// build, with a headless Chromium as its window. Understands the arguments that test/vscode/run.mjs gives.
import * as path from 'node:path';
import { format } from 'node:util';
import { installVsix, launchChrome, newDataDir, startServer } from './launch.mjs';

const argv = process.argv.slice(2);
const all = (name) => argv.filter((a) => a.startsWith(`--${name}=`)).map((a) => a.slice(name.length + 3));
const folder = argv.find((a) => !a.startsWith('-'));
const dataDir = newDataDir();
if (process.env.TEST_VSIX) installVsix(path.resolve(process.env.TEST_VSIX), dataDir);
const server = await startServer({ smoke: true, dataDir });
let summary = false; // Mocha's last words: a host that died on the way also reports 0
const browser = await launchChrome();
let result;
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  let finish;
  const finished = new Promise((r) => {
    finish = r;
  });
  const noise =
    /^(\[|Creating a socket|Resolv|Updating additional|Ignoring fetching|Timed out waiting for authentication)/;
  await page.exposeFunction('codeAutomationLog', (_type, args) => {
    const s = format(...args);
    summary ||= /^\s*[1-9]\d* passing/.test(s);
    if (!noise.test(s)) console.log(s);
  });
  await page.exposeFunction('codeAutomationExit', finish);
  page.on('crash', () => finish('the window crashed'));
  await page.goto(
    server.url(folder && path.resolve(folder), [
      ...all('extensionDevelopmentPath').map((p) => ['extensionDevelopmentPath', server.uri(path.resolve(p))]),
      ['extensionTestsPath', server.uri(path.resolve(all('extensionTestsPath')[0]))],
    ]),
  );
  const timer = setTimeout(finish, Number(process.env.TEST_TIMEOUT ?? 300_000), 'no result in time');
  result = await finished;
  clearTimeout(timer);
  if (result === 0 && !summary) result = 'the extension host ended before the tests did, or none ran';
  if (result !== 0 && process.env.TEST_SHOT) await page.screenshot({ path: process.env.TEST_SHOT });
} finally {
  await browser.close();
  await server.stop();
}
if (typeof result !== 'number') console.error(`extension-host tests: ${result}`);
process.exit(typeof result === 'number' ? result : 1);
