import type { MigrationSet } from '../core/migrations/set.js';
import type { WorkspaceModel } from '../core/model.js';
import { DatabaseError } from '../database/errors.js';
import type { Session } from '../database/session.js';
import type { ConnectTarget } from '../database/target.js';
import { ledgerKindOf, ledgerTraces } from './index.js';
import type { Ledger, LedgerState } from './ledger.js';
import { halvesIn, Journal } from './lib/journal.js';
import { unreadable } from './lib/state.js';
import { parseTableName, quote, shapeOf } from './lib/table.js';

export interface LedgerConfig {
  /** The setting `lockstep.ledgerTable`: `table` or `schema.table`. */
  readonly table: string | undefined;
  /** Ids of the tools of the project's other folders: their tables may be beside this one. */
  readonly beside?: readonly string[] | undefined;
  /** What the URL of the connection says beyond the connection. */
  readonly parameters?: ReadonlyMap<string, string> | undefined;
}

/** Where the ledgers of a project are in one database; those of its other migration folders are no strangers. */
export function ledgerConfig(
  project: {
    readonly config: { readonly ledgerTable: string | undefined };
    readonly model: Pick<WorkspaceModel, 'sets'>;
  },
  target: Pick<ConnectTarget, 'parameters'>,
): LedgerConfig {
  const beside = project.model.sets().map((set) => set.tool.id);
  return { table: project.config.ledgerTable, beside, parameters: target.parameters };
}

/** Parameters by which tools are told where to keep what: golang-migrate's `x-…`, Prisma's `schema`. */
const CHANGES = /^(x-.*|schema)$/i;

/** A ledger in a database, with the place of its table: where it is, or where it will be made. */
export type PlacedLedger = Ledger & {
  readonly place: { readonly schema: string; readonly name: string };
  /** Beside it: what is half-run. */
  readonly journal: Journal;
};

/**
 * The ledger of a folder in a database: always that of the folder's own tool, so that its command agrees afterwards. What
 * stands under its name and has other columns, or what another tool keeps beside an empty one, becomes a problem of `read`,
 * and nothing is written: whose database it is, is for a person to say. Rejects for a tool whose ledger is not written.
 */
export async function chooseLedger(session: Session, set: MigrationSet, config: LedgerConfig): Promise<PlacedLedger> {
  const kind = ledgerKindOf(set.tool);
  if (!kind) throw new DatabaseError(`Lockstep does not write the tracking table of ${set.tool.title}.`);
  const told = kind.told?.(config.parameters ?? new Map()) ?? {};
  const understood = new Set(told.read);
  const unread = [...(config.parameters?.keys() ?? [])].find((name) => CHANGES.test(name) && !understood.has(name));
  if (unread !== undefined)
    throw new DatabaseError(
      `The URL of the connection says ${unread}, which can change where or how migrations are recorded, and Lockstep does not read it for ${set.tool.title}. Leave it out of the URL that Lockstep uses, and name the table in the setting lockstep.ledgerTable.`,
    );
  const own = kind.make(config.table ?? told.table ?? set.table ?? kind.table);
  // Row level security would hide rows without a word; now the server refuses to read instead.
  await session.query('SET row_security = off');
  const shape = await shapeOf(session, parseTableName(own.table));
  const place = { schema: shape.schema, name: shape.name };
  const journal = new Journal(shape.schema, shape.name);
  const read = async (at: Session, of: MigrationSet): Promise<LedgerState> => {
    const state = await own.read(at, of);
    if (state.problem !== undefined) return state;
    const other = state.entries.some((e) => !e.baseline)
      ? undefined
      : await otherLedger(at, set, place, config.beside ?? []);
    if (other !== undefined) return { ...state, problem: other };
    return unreadable(journal.table, async () => {
      const { half } = halvesIn(await journal.read(at), of, state, own.abandon !== undefined);
      return half ? { ...state, halfRun: half } : state;
    });
  };
  return Object.assign(Object.create(own) as Ledger, { read, place, journal });
}

/** The sentence for a database that another tool keeps; undefined when none of the known tables is there. */
async function otherLedger(
  session: Session,
  set: MigrationSet,
  { schema, name: table }: PlacedLedger['place'],
  beside: readonly string[],
): Promise<string | undefined> {
  const expected = [set.tool.id, ...beside];
  const traces = ledgerTraces().filter((trace) => !expected.includes(trace.tool) && trace.table !== table);
  const { rows } = await session.query(
    `SELECT n.nspname AS schema, c.relname AS name,
            ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[]) AND n.nspname = ANY ($2::text[])`,
    [traces.map((t) => t.table), [schema, ...traces.flatMap((t) => t.schema ?? [])]],
  );
  for (const row of rows) {
    const columns = new Set(row.columns as readonly string[]);
    const owner = traces.find(
      (t) => t.table === row.name && (t.schema ?? schema) === row.schema && t.columns.every((c) => columns.has(c)),
    );
    if (!owner) continue;
    const found = `${quote(String(row.schema))}.${quote(String(row.name))}`;
    return `This database is kept by ${owner.title}: its tracking table ${found} is there, and that of this folder is empty or missing. Run this folder with ${owner.title}, or, if ${set.tool.title} is to take over, name the tool of this folder in the setting lockstep.migrations. Nothing was changed.`;
  }
  return undefined;
}
