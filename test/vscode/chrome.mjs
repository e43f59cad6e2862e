// Finds a Chromium: an installed one, else the binary of the npm package @sparticuz/chromium (Linux x64).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const PACKAGE = '@sparticuz/chromium@147.0.2';
const INTEGRITY = 'sha512-oqXyPAlGQuT9wdZAhcx4nmhehVgEsDc2adL/+FlX8qsLh/YyOgl9GQp8dPMDIBRmktxgA9c1QSNJIQUj2UeHhQ==';
const dir = fileURLToPath(new URL('../../.vscode-test/chromium-147.0.2', import.meta.url));

const INSTALLED = process.env.LOCKSTEP_NPM_CHROMIUM
  ? []
  : [
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/usr/bin/google-chrome',
      '/usr/bin/google-chrome-stable',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      'C:/Program Files/Google/Chrome/Application/chrome.exe',
    ];

/** Its package was made for AWS Lambda: the shared libraries it needs lie beside it. */
function fromNpm() {
  const executable = path.join(dir, 'chromium');
  if (!existsSync(executable)) unpack(executable);
  return {
    executable,
    env: { ...process.env, LD_LIBRARY_PATH: path.join(dir, 'lib'), FONTCONFIG_PATH: path.join(dir, 'fonts') },
  };
}

function unpack(executable) {
  const tmp = `${dir}.${process.pid}`;
  mkdirSync(tmp, { recursive: true });
  try {
    const quiet = { cwd: tmp, stdio: ['ignore', 'ignore', 'inherit'] };
    execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', tmp], quiet);
    const archive = path.join(
      tmp,
      readdirSync(tmp).find((name) => name.endsWith('.tgz')),
    );
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== INTEGRITY) throw new Error(`${PACKAGE} has the wrong content: ${found}`);
    execFileSync('tar', ['xzf', archive, '--strip-components=1'], quiet);
    for (const name of ['chromium', 'al2023.tar', 'fonts.tar', 'swiftshader.tar']) {
      writeFileSync(path.join(tmp, name), brotliDecompressSync(readFileSync(path.join(tmp, 'bin', `${name}.br`))));
      if (name.endsWith('.tar')) execFileSync('tar', ['xf', name], quiet);
    }
    chmodSync(path.join(tmp, 'chromium'), 0o755);
    for (const name of readdirSync(tmp))
      if (/^(bin|build)$|\.tar$|\.tgz$/.test(name)) rmSync(path.join(tmp, name), { recursive: true });
    rmSync(dir, { recursive: true, force: true });
    renameSync(tmp, dir);
  } finally {
    rmSync(tmp, { recursive: true, force: true });
  }
  if (!existsSync(executable)) throw new Error(`${PACKAGE} holds no browser`);
}

/** The browser to start and its environment, or the reason why there is none. */
export function chrome() {
  const found = [process.env.CHROME_PATH, ...INSTALLED].find((file) => file && existsSync(file));
  if (found) return { executable: found, env: process.env };
  if (`${process.platform}-${process.arch}` !== 'linux-x64') {
    return { reason: 'no Chromium or Chrome was found (set CHROME_PATH), and npm has none for this platform' };
  }
  try {
    return fromNpm();
  } catch (error) {
    return { reason: `no Chromium was found (set CHROME_PATH), and npm could not bring one: ${error.message}` };
  }
}
