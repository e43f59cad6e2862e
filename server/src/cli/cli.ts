import { VERSION } from '../version.js';
import { apply } from './commands/apply.js';
import { lint } from './commands/lint.js';
import { newMigration } from './commands/new.js';
import { rollback } from './commands/rollback.js';
import { server } from './commands/server.js';
import { status } from './commands/status.js';
import { EXIT, type Io, UsageError } from './io.js';

const COMMANDS: Readonly<Record<string, (args: readonly string[], io: Io) => Promise<number>>> = {
  lint,
  status,
  apply,
  rollback,
  new: newMigration,
  server,
};

const HELP = `Lockstep ${VERSION}: safe PostgreSQL migrations

  lockstep lint [paths…]     check migrations, or the SQL files named
      --format text|json|github|sarif
      --severity error|warning|information|hint   least to report (warning)
  lockstep status            what is applied on a database
      --format text|json
  lockstep apply             apply what is pending
      --next                 only the next one
      --to VERSION           up to and with this one
      --confirm DATABASE     needed when the database is not local: its name
  lockstep rollback          roll back the last one (local databases only)
  lockstep new NAME…         make the files of a new migration
      --template ID          empty, create-table, add-column, add-index, add-foreign-key,
                             rename-column, change-type, backfill
      --set FIELD=VALUE      a field of the template, repeatable
  lockstep server --stdio    the language server

For all: --root FOLDER (else the current one), --pg 12…18, --help, --version.
For status, apply, rollback: --folder FOLDER, --connection ID (of lockstep.json).
The database is taken from DATABASE_URL or the PG* variables, in the environment or .env;
the password from there, PGPASSWORD or ~/.pgpass, never from an argument.

Exit codes: 0 done, nothing found; 1 findings, or a run that failed; 2 wrong usage, or refused.
`;

/** Runs one command; returns its exit code. Never rejects. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-V') {
    io.out(`${VERSION}\n`);
    return EXIT.ok;
  }
  if (
    name === undefined ||
    name === '--help' ||
    name === '-h' ||
    name === 'help' ||
    rest.includes('--help') ||
    rest.includes('-h')
  ) {
    (name === undefined ? io.err : io.out)(HELP);
    return name === undefined ? EXIT.unusable : EXIT.ok;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    io.err(
      `lockstep: there is no command "${name}". Known are ${Object.keys(COMMANDS).join(', ')}; see lockstep --help.\n`,
    );
    return EXIT.unusable;
  }
  try {
    return await command(rest, io);
  } catch (error) {
    const known = error instanceof UsageError;
    io.err(
      `lockstep: ${known ? error.message : `internal error: ${error instanceof Error ? error.stack : String(error)}`}\n`,
    );
    return EXIT.unusable;
  }
}
