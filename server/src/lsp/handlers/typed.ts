import { nameProblem } from '../../database/names.js';
import { osUser } from '../../database/osUser.js';
import { readPlace } from '../../database/typed.js';
import type { ReadTypedParams, ReadTypedResult } from '../protocol.js';

/** What a box of a new connection holds. `localHosts`: names that count as this machine. */
export function readTyped({ field, secret }: ReadTypedParams, localHosts: readonly string[]): ReadTypedResult {
  if (field !== 'host') return { problem: nameProblem(field, secret), place: undefined };
  const read = readPlace(secret, { osUser: osUser(), localHosts });
  if (!read.ok) return { problem: read.problem, place: undefined };
  const { host, isLocal, url } = read;
  return { problem: undefined, place: { host, isLocal, ...(url ?? ALONE) } };
}

const ALONE = { port: undefined, database: undefined, user: undefined, password: undefined, ssl: undefined };
