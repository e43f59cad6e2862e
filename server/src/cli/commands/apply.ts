import { readArgs } from '../args.js';
import { DATABASE_OPTIONS } from '../database.js';
import { type Io, UsageError } from '../io.js';
import { runOn } from './run.js';

/** Applies all pending migrations, the next one, or those up to and with a version. */
export async function apply(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, {
    ...DATABASE_OPTIONS,
    next: { type: 'boolean' },
    all: { type: 'boolean' },
    to: { type: 'string' },
    confirm: { type: 'string' },
    resume: { type: 'boolean' },
  });
  if (positionals.length > 0)
    throw new UsageError(`apply takes no "${positionals[0]}". To stop at a version, write --to VERSION.`);
  if ([values.next, values.all, values.to !== undefined].filter(Boolean).length > 1)
    throw new UsageError('--next, --all and --to exclude each other. Choose one.');
  const target = values.to !== undefined ? { version: values.to } : values.next ? 'next' : 'all';
  return runOn(io, { ...values, direction: 'up', target });
}
