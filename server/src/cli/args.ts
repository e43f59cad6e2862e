import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './io.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true; args: string[] }>
>;

/** Options that every command but `server` has. */
const COMMON = {
  root: { type: 'string' },
  pg: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options;

/** Reads a command's arguments; what is not known is a usage error. */
export function readArgs<const O extends Options>(args: readonly string[], options: O): Values<O & typeof COMMON> {
  try {
    return parseArgs({ args: [...args], options: { ...COMMON, ...options }, allowPositionals: true, strict: true });
  } catch (error) {
    // The rest of Node's message explains `--` to those who write a program.
    const what = (error as Error).message.split('. ')[0]!.replace(/\.?$/, '.');
    throw new UsageError(`${what} See lockstep --help.`);
  }
}

/** One of a few words. */
export function choice<T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
  otherwise: T,
): T {
  if (value === undefined) return otherwise;
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new UsageError(`--${option} must be one of ${allowed.join(', ')}, but is "${value}".`);
  return found;
}
