import type { Tools } from '../core/migrations/detect.js';
import type { MigrationSet } from '../core/migrations/set.js';
import type { Tool } from '../core/migrations/tool.js';
import { dbmateLedger } from './dbmate/ledger.js';
import { dbmate } from './dbmate/tool.js';
import { dieselLedger } from './diesel/ledger.js';
import { diesel } from './diesel/tool.js';
import { flywayLedger } from './flyway/ledger.js';
import { flyway } from './flyway/tool.js';
import { foreign, foreignTraces } from './foreign.js';
import { golangMigrateLedger } from './golangMigrate/ledger.js';
import { golangMigrate } from './golangMigrate/tool.js';
import { gooseLedger } from './goose/ledger.js';
import { goose } from './goose/tool.js';
import type { LedgerKind, LedgerTrace } from './ledger.js';
import { nodePgMigrateLedger } from './nodePgMigrate/ledger.js';
import { nodePgMigrate } from './nodePgMigrate/tool.js';
import { plainLedger } from './plain/ledger.js';
import { plain } from './plain/tool.js';
import { sqlMigrateLedger } from './sqlMigrate/ledger.js';
import { sqlMigrate } from './sqlMigrate/tool.js';
import { sqlxLedger } from './sqlx/ledger.js';
import { sqlx } from './sqlx/tool.js';
import { ternLedger } from './tern/ledger.js';
import { tern } from './tern/tool.js';

/**
 * The one list of tools, best evidence first among equals; what no other claims is `plain`, which stays the last.
 * Settings, the manifest, watchers, scanner and docs are made from it.
 */
export const tools: Tools = {
  known: [flyway, goose, dbmate, sqlMigrate, tern, nodePgMigrate, golangMigrate, diesel, sqlx, plain],
  foreign,
};

/** Values of the setting `lockstep.migrations[].tool`. */
export const TOOL_IDS: readonly string[] = tools.known.map((tool) => tool.id);

/** Values of the setting `lockstep.migrations[].layout`. */
export const LAYOUT_IDS: readonly string[] = [...new Set(tools.known.flatMap((tool) => tool.layouts.map((l) => l.id)))];

/** Names of files that are read along with the SQL files; `*` at the beginning is anything. */
export const EVIDENCE: ReadonlySet<string> = new Set(
  [...tools.known, ...foreign].flatMap((tool) => tool.evidence.map((name) => name.slice(name.lastIndexOf('/') + 1))),
);

const ENDINGS = [...EVIDENCE].filter((name) => name.startsWith('*')).map((name) => name.slice(1));

export function isEvidence(name: string): boolean {
  return EVIDENCE.has(name) || ENDINGS.some((ending) => name.endsWith(ending));
}

/** Globs of files that are reason enough for the extension to start. */
export const ACTIVATION: readonly string[] = [...new Set(tools.known.flatMap((tool) => tool.activation ?? []))].sort();

const LEDGERS: Readonly<Record<string, LedgerKind>> = {
  [flyway.id]: flywayLedger,
  [goose.id]: gooseLedger,
  [dbmate.id]: dbmateLedger,
  [golangMigrate.id]: golangMigrateLedger,
  [diesel.id]: dieselLedger,
  [sqlMigrate.id]: sqlMigrateLedger,
  [tern.id]: ternLedger,
  [nodePgMigrate.id]: nodePgMigrateLedger,
  [sqlx.id]: sqlxLedger,
  [plain.id]: plainLedger,
};

/** How a tool keeps its ledger; undefined when Lockstep does not write it. */
export function ledgerKindOf(tool: Tool): LedgerKind | undefined {
  return LEDGERS[tool.id];
}

/** The tracking tables by which a database's tool is known. */
export function ledgerTraces(): readonly LedgerTrace[] {
  const known = tools.known.flatMap(({ id, title }) => {
    const kind = LEDGERS[id];
    return kind?.columns ? [{ tool: id, title, table: kind.table, columns: kind.columns }] : [];
  });
  return [...known, ...foreignTraces];
}

/** A folder without migrations, run by the tool of that id, else by Lockstep itself. */
export function newSet(folder: string, id?: string): MigrationSet {
  const tool = tools.known.find((t) => t.id === id) ?? plain;
  return { folder, layout: tool.layouts[0]!, tool, migrations: [], problems: [] };
}
