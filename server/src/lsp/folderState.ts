import {
  type Half,
  type LedgerFact,
  lastAppliedIn,
  type Migration,
  type MigrationSet,
  type MigrationStatus,
  numberOf,
  pendingIn,
  startOf,
  statusOf,
} from '../core/index.js';
import { isAboutPassword, messageOf } from '../database/errors.js';
import type { PgSession } from '../database/session.js';
import { chooseLedger, type LedgerConfig } from '../tools/choose.js';
import type { Ledger, LedgerState } from '../tools/ledger.js';
import type { Environment } from './environments.js';
import { labelOf } from './labels.js';
import type { FolderDto, MigrationDto } from './protocol.js';

/** What a database said about one folder when it was last asked. */
export type FolderReading =
  | {
      readonly kind: 'ok';
      readonly environment: string;
      /** Of the environment, for people. */
      readonly label: string;
      readonly serverVersion: string;
      readonly warning: string | undefined;
      readonly ledger: LedgerState;
      readonly keeps: Ledger['keeps'];
    }
  | {
      readonly kind: 'error';
      readonly environment: string;
      readonly message: string;
      readonly needsPassword: boolean;
    };

export type OkReading = FolderReading & { readonly kind: 'ok' };

/** Asks one database for the ledger of one folder. Never rejects. */
export async function readFolder(
  environment: Environment,
  set: MigrationSet,
  config: LedgerConfig,
  open: () => Promise<PgSession>,
): Promise<FolderReading> {
  const { id, label } = environment.dto;
  let session: PgSession | undefined;
  try {
    session = await open();
    const ledger = await chooseLedger(session, set, config);
    const state = await ledger.read(session, set);
    if (state.problem !== undefined)
      return { kind: 'error', environment: id, message: state.problem, needsPassword: false };
    const { serverVersion, warning } = session;
    return { kind: 'ok', environment: id, label, serverVersion, warning, ledger: state, keeps: ledger.keeps };
  } catch (error) {
    return { kind: 'error', environment: id, message: messageOf(error), needsPassword: isAboutPassword(error) };
  } finally {
    await session?.close();
  }
}

/** A folder as the client draws it. Without a reading every migration is `unknown`; the files are listed all the same. */
export function folderDto(
  set: MigrationSet,
  label: string,
  environment: Environment | undefined,
  reading: FolderReading | undefined,
  mayRun: { readonly up: boolean; readonly down: boolean },
): FolderDto {
  const ok = reading?.kind === 'ok' ? reading : undefined;
  const statuses = ok ? statusOf(set, ok.ledger, ok.keeps) : [];
  const last = lastAppliedIn(statuses);
  const pending = pendingIn(statuses);
  return {
    folder: set.folder,
    label,
    layout: set.layout.id,
    tool: set.tool.id,
    problems: set.problems.map(({ uri, message }) => ({ uri, message })),
    migrations: ok
      ? statuses.map((s) =>
          migrationDto(s, s === last ? 'last' : s.migration && s.migration === pending[0] ? 'next' : undefined),
        )
      : set.migrations.map(unknownDto),
    environment: environment?.dto,
    database: {
      state: reading ? reading.kind : environment ? 'notAsked' : 'none',
      message: reading?.kind === 'error' ? reading.message : ok?.warning,
      needsPassword: reading?.kind === 'error' && reading.needsPassword,
      serverVersion: ok?.serverVersion,
    },
    canRollBack:
      ok !== undefined &&
      mayRun.down &&
      last?.migration?.down !== undefined &&
      (last.state !== 'failed' || last.halfRun === 'down'),
    canApply: ok !== undefined && mayRun.up && pending.length > 0,
    current: last?.migration ? numberOf(last.migration) : last?.version,
    pendingCount: pending.length,
  };
}

/** For the rules: what the ledger says of each migration of the set. */
export function ledgerFacts(set: MigrationSet, reading: FolderReading | undefined): ReadonlyMap<string, LedgerFact> {
  if (reading?.kind !== 'ok') return new Map();
  const environment = reading.label;
  return new Map(
    statusOf(set, reading.ledger, reading.keeps).flatMap(({ migration, state }): [string, LedgerFact][] => {
      if (!migration || state === 'missing') return [];
      return [[migration.id, { state: state === 'outOfOrder' ? 'pending' : state, environment }]];
    }),
  );
}

function migrationDto(status: MigrationStatus, turn: MigrationDto['turn']): MigrationDto {
  const { migration, version, name, state, entry, note } = status;
  return {
    ...(migration
      ? fileDto(migration)
      : { upUri: undefined, downUri: undefined, downLine: undefined, number: version }),
    id: migration?.id ?? `ledger:${version}`,
    version,
    name,
    label: migration ? labelOf(migration) : `${version} ${name}`.trim(),
    state,
    turn,
    appliedAt: entry?.appliedAt,
    executionMs: entry?.executionMs,
    note,
    failure: undefined,
  };
}

function fileDto(migration: Migration): Pick<MigrationDto, 'upUri' | 'downUri' | 'downLine' | 'number'> {
  const { up, down } = migration;
  return { upUri: up?.uri, downUri: down?.uri, downLine: lineOf(down), number: numberOf(migration) };
}

function unknownDto(migration: Migration): MigrationDto {
  const { id, version, name } = migration;
  return {
    ...fileDto(migration),
    id,
    version,
    name,
    label: labelOf(migration),
    state: 'unknown',
    turn: undefined,
    appliedAt: undefined,
    executionMs: undefined,
    note: undefined,
    failure: undefined,
  };
}

/** Line in its file where a half begins; undefined when it is all of the file. */
function lineOf(half: Half | undefined): number | undefined {
  if (!half?.section) return undefined;
  return half.text.slice(0, startOf(half)).split('\n').length - 1;
}
