import { DatabaseError } from '../database/errors.js';
import { VERSION } from '../version.js';
import { apply } from './commands/apply.js';
import { lint } from './commands/lint.js';
import { newMigration } from './commands/new.js';
import { rollback } from './commands/rollback.js';
import { server } from './commands/server.js';
import { status } from './commands/status.js';
import { HELP } from './help.js';
import { EXIT, type Io, UsageError } from './io.js';
import { complaint, line, type Printed, page, several, together } from './printed.js';

const COMMANDS: Readonly<Record<string, (args: readonly string[], io: Io) => Promise<number>>> = {
  lint,
  status,
  apply,
  rollback,
  new: newMigration,
  server,
};

/** Runs one command; returns its exit code. Never rejects. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    io.err(page(HELP));
    return EXIT.unusable;
  }
  if (name === '--version' || name === '-V') {
    io.out(line`${VERSION}`);
    return EXIT.ok;
  }
  if (name === '--help' || name === '-h' || name === 'help' || asksForHelp(rest)) {
    io.out(page(HELP));
    return EXIT.ok;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const known = Object.keys(COMMANDS).join(', ');
    io.err(line`lockstep: there is no command "${name}". Known are ${known}; see lockstep --help.`);
    return EXIT.unusable;
  }
  try {
    return await command(rest, io);
  } catch (error) {
    io.err(explain(error));
    return EXIT.unusable;
  }
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

function explain(error: unknown): Printed {
  if (error instanceof UsageError) return together(error.lines.map((each, i) => (i ? line`${each}` : complaint(each))));
  if (error instanceof DatabaseError) return complaint(error.message);
  return line`lockstep: internal error: ${several((error instanceof Error && error.stack) || String(error), 0)}`;
}
