import { parseDotenv } from './dotenv.js';
import { type TargetOrigin, type TargetResult, targetFromPgVariables, targetFromUrl } from './target.js';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of the workspace folder's `.env`, when there is one. */
  readonly dotenv: string | undefined;
  readonly osUser: string;
  readonly localHosts: readonly string[];
}

/**
 * The connections that the surroundings offer, best first: `DATABASE_URL` of the environment, then of `.env`, then the
 * `PG*` variables of the environment, then of `.env`. Reads only what it is given; connects to nothing.
 */
export function discoverTargets(around: Surroundings): readonly TargetResult[] {
  const dotenv = Object.fromEntries(around.dotenv === undefined ? [] : parseDotenv(around.dotenv));
  const origin = (label: string, source: TargetOrigin['source']): TargetOrigin => ({
    label,
    source,
    osUser: around.osUser,
    localHosts: around.localHosts,
    // What is in the environment wins over the file, as for the programs that read it.
    env: source === 'dotenv' ? { ...dotenv, ...around.env } : around.env,
  });
  const found: TargetResult[] = [];
  if (around.env.DATABASE_URL) found.push(targetFromUrl(around.env.DATABASE_URL, origin('DATABASE_URL', 'env')));
  if (dotenv.DATABASE_URL) found.push(targetFromUrl(dotenv.DATABASE_URL, origin('DATABASE_URL in .env', 'dotenv')));
  const variables = targetFromPgVariables(around.env, origin('PG variables', 'pgenv'));
  if (variables) found.push(variables);
  const inFile = targetFromPgVariables(dotenv, origin('PG variables in .env', 'dotenv'));
  if (inFile) found.push(inFile);
  return found;
}
