import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLocalHost } from './local.js';
import type { PgSession } from './session.js';
import { type ConnectTarget, displayTarget, isSamePlace, type Marked, reached, STRICTER } from './target.js';

/** How long a name server may take: a mark of a name that nobody can look up now says nothing. */
const PATIENCE_MS = 1_500;

/**
 * A mark that makes the database of a target stricter than the target itself says, where both names lead to one address: a
 * second name of a production server is production. Asks the name server, and no database.
 */
export async function markByAddress<M extends Marked>(
  target: ConnectTarget,
  marks: readonly M[],
): Promise<M | undefined> {
  const stricter = marks.filter(
    (mark) =>
      STRICTER[mark.kind] > STRICTER[target.kind] && mark.port === target.port && mark.database === target.database,
  );
  if (stricter.length === 0) return undefined;
  const own = await addressesOf(reached(target));
  for (const mark of stricter) {
    const theirs = await addressesOf(reached(mark));
    if (theirs.some((address) => own.includes(address))) return mark;
  }
  return undefined;
}

async function addressesOf(host: string): Promise<readonly string[]> {
  // All ways to this machine are one.
  if (isLocalHost(host)) return ['this machine'];
  if (isIP(host) !== 0) return [host];
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => (isLocalHost(address) ? 'this machine' : address)),
    () => [],
  );
  return Promise.race([found, sleep(PATIENCE_MS, [], { ref: false })]);
}

/**
 * What a database is, whatever way led to it: the identifier of the cluster and the database in it (documentation, 9.28.12
 * Control Data Functions). Undefined where the server does not say.
 */
export async function identityOf(session: PgSession): Promise<string | undefined> {
  try {
    const { rows } = await session.query(
      `SELECT s.system_identifier::text || '/' || d.oid::text AS identity
         FROM pg_catalog.pg_control_system() s, pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`,
    );
    const identity = rows[0]?.identity;
    return typeof identity === 'string' ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Which places were found to be which database. Keeps no kinds: a mark that is corrected holds from then on. */
export class KnownDatabases {
  readonly #reached = new Map<string, { readonly place: ConnectTarget; readonly identity: string }>();

  /** Takes note of the database that was found at a place; what was found there before is forgotten. */
  note(identity: string, place: ConnectTarget): void {
    this.#reached.set(displayTarget(place), { place, identity });
  }

  /** A mark stricter than the target, of a place at which this database was found. */
  stricter<M extends Marked>(identity: string, target: ConnectTarget, marks: readonly M[]): M | undefined {
    const places = [...this.#reached.values()].filter((known) => known.identity === identity);
    return marks.find(
      (mark) => STRICTER[mark.kind] > STRICTER[target.kind] && places.some(({ place }) => isSamePlace(place, mark)),
    );
  }
}

/** The sentence for a database that is marked under another name. */
export function markedElsewhere(mark: Marked & { readonly label?: string }): string {
  const name = mark.label ?? displayTarget(mark);
  return `This is the database of the connection ${name}, which is ${mark.kind}, or a copy of its files. What holds for that one holds here: use that connection, or correct its kind. Nothing was run.`;
}
