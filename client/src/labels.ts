import type { EnvironmentDto, MigrationDto } from '../../server/src/lsp/protocol.js';

/** The number as the file name has it (`0042`), where the ledger writes it without zeros. */
export function versionInFile(version: string, uri: string | undefined): string {
  const bare = version.replace(/^0+(?=.)/, '');
  const segments = (uri ?? '').split('/').slice(-2).reverse();
  const digits = segments.map((s) => /^\d+/.exec(s)?.[0]).find((d) => d?.replace(/^0+(?=.)/, '') === bare);
  return digits ?? version;
}

export const shownVersion = (migration: MigrationDto): string =>
  versionInFile(migration.version, migration.upUri ?? migration.downUri);

export const migrationLabel = (migration: MigrationDto): string =>
  `${shownVersion(migration)} ${migration.name}`.trim();

export const countOf = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const UNITS: readonly (readonly [seconds: number, short: string])[] = [
  [86_400 * 365, 'y'],
  [86_400 * 30, 'mo'],
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
];

/** `2 h ago`; a clock that differs from the server's does not make a future. */
export function ago(iso: string, now: Date): string {
  const seconds = (now.getTime() - new Date(iso).getTime()) / 1000;
  if (!Number.isFinite(seconds)) return '';
  const unit = UNITS.find(([length]) => seconds >= length);
  return unit ? `${Math.floor(seconds / unit[0])} ${unit[1]} ago` : 'now';
}

/** A length of time in ms, short: `12 ms`, `1.5 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** `local/app_dev`. */
export function environmentLabel(environment: EnvironmentDto): string {
  const database = environment.target.split('/').slice(1).join('/');
  return `${environment.kind}/${database === '' ? environment.label : database}`;
}

/** `app on 127.0.0.1:5432/app_dev (local)`: all that a person needs to know before saying yes. */
export function targetSentence(environment: EnvironmentDto): string {
  const user = environment.user === undefined ? '' : ` as ${environment.user}`;
  return `${environment.target}${user} (${environment.kind})`;
}
