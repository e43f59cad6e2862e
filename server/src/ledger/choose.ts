import type { MigrationSet, ToolId } from '../core/migrations/migration.js';
import { dieselLedger, isDieselShape } from './diesel.js';
import { golangMigrateLedger, isGolangMigrateShape } from './golangMigrate.js';
import type { Ledger, Session } from './ledger.js';
import { isPlainShape, plainLedger } from './plain.js';
import { parseTableName, shapeOf } from './table.js';

export interface LedgerConfig {
  /** The setting `lockstep.ledgerTable`: `table` or `schema.table`. */
  readonly table: string | undefined;
}

const OWN: Readonly<Record<ToolId, (table?: string) => Ledger>> = {
  plain: plainLedger,
  'golang-migrate': golangMigrateLedger,
  diesel: dieselLedger,
};

/**
 * The ledger of a folder in a database. `schema_migrations` is claimed by several tools, so the columns decide and never
 * the name. Where the columns fit no ledger that this folder's versions can be written to, the tool's own is returned:
 * its `read` then says what was found and what was expected, and nothing is written.
 */
export async function chooseLedger(session: Session, set: MigrationSet, config: LedgerConfig): Promise<Ledger> {
  const own = OWN[set.tool](config.table);
  const shape = await shapeOf(session, parseTableName(own.table));
  if (!shape.exists) return own;
  if (isGolangMigrateShape(shape)) return allNumeric(set) ? golangMigrateLedger(own.table) : own;
  if (isDieselShape(shape)) return set.tool === 'golang-migrate' ? own : dieselLedger(own.table);
  // golang-migrate writes versions without leading zeros: in a text ledger of another tool they could meet others.
  if (isPlainShape(shape) && set.tool === 'plain') return plainLedger(own.table);
  return own;
}

function allNumeric(set: MigrationSet): boolean {
  return set.migrations.every((m) => /^\d+$/.test(m.version));
}
