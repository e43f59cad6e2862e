import { isLocalHost } from '../database/local.js';
import { type ConnectTarget, displayTarget, isLocal, reached } from '../database/target.js';

export interface GuardInput {
  readonly target: Pick<ConnectTarget, 'host' | 'address' | 'port' | 'database' | 'kind' | 'label'>;
  readonly localHosts: readonly string[];
  readonly direction: 'up' | 'down';
  /** The setting that lets apply run on a shared database. */
  readonly allowApplyOnShared: boolean;
  /** The user named the database when asked. */
  readonly confirmed: boolean;
}

export type GuardVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/**
 * Decides from names alone, before a connection is opened. Rolling back is for local databases; applying elsewhere needs a
 * setting and a confirmation; a production database is read-only. A host that is not local makes a connection shared,
 * whatever the settings call it.
 */
export function guardRun(input: GuardInput): GuardVerdict {
  const { target, direction } = input;
  const place = displayTarget(target);
  if (target.kind === 'production') {
    return refuse(`${place} is marked as production: Lockstep only reads it. Use your deployment to change it.`);
  }
  if (isLocal(target, input.localHosts)) return { allowed: true };
  // Here the mark decides, there the name: only one of the two can be changed.
  const isMarked = isLocalHost(reached(target), input.localHosts);
  const what = isMarked ? `${place} is marked as shared` : `${place} is not a local database`;
  if (direction === 'down') {
    const todo = isMarked
      ? 'If nobody else uses it, change the kind of its connection'
      : 'Add a host that is yours to the setting lockstep.localHosts';
    return refuse(`${what}: rolling back is offered for local ones only. ${todo}, or use the migration tool.`);
  }
  if (!input.allowApplyOnShared) {
    return refuse(`${what}. Turn on the setting lockstep.allowApplyOnShared to apply there, or use your deployment.`);
  }
  if (!input.confirmed) return refuse(`Applying to ${place} was not confirmed. Nothing was sent.`);
  return { allowed: true };
}

function refuse(reason: string): GuardVerdict {
  return { allowed: false, reason };
}
