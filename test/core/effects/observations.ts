import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockMode, PgMajor } from '../../../server/src/core/effects/effect.js';
import { SHARED } from '../../world/shared.js';

/** Raw observations on real servers: ../shared/reference/postgres-locks-observed-NN.json, described in postgres-locks.md. */
export interface Observations {
  readonly fixtureSql: string;
  readonly statements: readonly Observed[];
}

export interface Observed {
  readonly id: string;
  readonly group: string;
  readonly sql: string;
  readonly notInThisVersion?: unknown;
  readonly inTransaction?: 'allowed' | 'forbidden' | 'error';
  readonly locks?: Readonly<Record<string, string>>;
  readonly lockedBeforeStatement?: Readonly<Record<string, string>>;
  readonly outsideTransaction?: {
    readonly samples?: readonly { readonly heldOverall?: Readonly<Record<string, string>> }[];
    readonly error?: unknown;
  };
  readonly setup?: readonly string[];
  readonly before?: readonly string[];
  readonly session?: readonly string[] | string;
  readonly scanned?: Readonly<Record<string, unknown>>;
  readonly indexRead?: Readonly<Record<string, unknown>>;
  readonly rewritten?: readonly string[];
  readonly emptied?: readonly string[];
  readonly moved?: readonly string[];
  readonly created?: readonly string[];
}

export const MAJORS: readonly PgMajor[] = [12, 13, 14, 15, 16, 17, 18];

export function observations(pg: PgMajor): Observations | undefined {
  const file = join(SHARED, 'reference', `postgres-locks-observed-${pg}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Observations) : undefined;
}

const MODES: Readonly<Record<string, LockMode>> = {
  AccessShareLock: 'ACCESS SHARE',
  RowShareLock: 'ROW SHARE',
  RowExclusiveLock: 'ROW EXCLUSIVE',
  ShareUpdateExclusiveLock: 'SHARE UPDATE EXCLUSIVE',
  ShareLock: 'SHARE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
};

/** Locks by relation, without TOAST tables, which follow their table. */
export function lockModes(locks: Readonly<Record<string, string>> | undefined): Map<string, LockMode> {
  return new Map(
    Object.entries(locks ?? {}).flatMap(([name, mode]) =>
      name.startsWith('toast ') ? [] : [[name, MODES[mode]!] as const],
    ),
  );
}
