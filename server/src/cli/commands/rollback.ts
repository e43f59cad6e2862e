import { readArgs } from '../args.js';
import { DATABASE_OPTIONS } from '../database.js';
import { type Io, UsageError } from '../io.js';
import { runOn } from './run.js';

/** Rolls back the last migration of a local database. */
export async function rollback(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, {
    ...DATABASE_OPTIONS,
    resume: { type: 'boolean' },
    yes: { type: 'boolean' },
  });
  if (positionals.length > 0)
    throw new UsageError('rollback takes back the last migration only. Run it again for the one before.');
  return runOn(io, { ...values, direction: 'down', target: 'last' });
}
