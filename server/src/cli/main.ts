import { userInfo } from 'node:os';
import { runCli } from './cli.js';

const controller = new AbortController();
// The first interrupt cancels the run and waits for what the server says; the second ends the process.
process.once('SIGINT', () => controller.abort());

function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? 'postgres';
  }
}

process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  osUser: osUser(),
  isTTY: process.stdout.isTTY === true,
  signal: controller.signal,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  now: () => new Date(),
});
