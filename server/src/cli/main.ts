import { text } from 'node:stream/consumers';
import { osUser } from '../database/osUser.js';
import { runCli } from './cli.js';

/** A run is cancelled, and what the server says of it is waited for. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

// A reader that has seen enough (`lockstep lint | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  osUser: osUser(),
  isTTY: process.stdout.isTTY === true,
  interrupted,
  stdin: () => text(process.stdin),
  out: (words) => void process.stdout.write(words.text),
  err: (words) => void process.stderr.write(words.text),
  now: () => new Date(),
}).then((code) => {
  process.exitCode = code;
});
