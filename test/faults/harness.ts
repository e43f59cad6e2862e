import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import { statusOf } from '../../server/src/core/migrations/status.js';
import { openSession } from '../../server/src/database/connect.js';
import type { PgSession } from '../../server/src/database/session.js';
import type { RunOutcome } from '../../server/src/runner/outcome.js';
import { chooseLedger } from '../../server/src/tools/choose.js';
import { run, targetOf, withSession } from '../postgres/kit.js';
import { type Proxy as Line, startProxy } from '../postgres/proxy.js';
import type { TestServer } from '../postgres/server.js';
import { until } from '../world/until.js';
import { STATE, STEPS, scenario } from './scenarios.js';

/**
 * What happens at a message. `kill`: the process of the run dies before it is sent, or when it is answered. `lost`: the line breaks
 * before the server got it, or before its answer came; `strand`: the server does not even learn that. `terminate`: an
 * administrator ends the server's process before it, or while it works. `kill twice`: so is the run that was to go on. `overtaken`: all lines break at the answer, and another
 * run does all the rest before this one is back.
 */
export const FAULTS = [
  'kill before',
  'kill after',
  'kill twice',
  'lost request',
  'lost answer',
  'strand',
  'terminate before',
  'terminate during',
  'overtaken',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface Attempt {
  readonly tool: string;
  readonly direction: 'up' | 'down';
  /** Migrations applied when the run begins. */
  readonly from: number;
  readonly fault: Fault;
  /** The message at which it happens, from 1. */
  readonly message: number;
}

export interface Verdict {
  /** How the run with the fault ended; `untouched`: it has fewer messages. */
  readonly ended: RunOutcome['outcome'] | 'killed' | 'untouched';
  /** A person had to settle the tool's mark. */
  readonly forced: boolean;
  /** What did not hold; empty when all did. */
  readonly wrong: readonly string[];
}

/** States of the database after each number of migrations, as a run without faults leaves them. */
export type Reference = readonly string[];

/** The reference of a tool, and how many messages a run has from each state, upwards and downwards. */
export async function survey(server: TestServer, tool: string) {
  const database = await server.createDatabase();
  const set = scenario(tool);
  const states = [await stateOf(server, database)];
  const up: number[] = [];
  const down: number[] = [];
  const count = async (direction: 'up' | 'down') => {
    let messages = 0;
    const open = async () =>
      hooked(await openSession(targetOf(server, database)), async (send) => {
        messages++;
        return send();
      });
    const outcome = await run(server, database, set, { open, direction, target: direction === 'up' ? 'next' : 'last' });
    if (outcome.outcome !== 'done') throw new Error(`${tool} without a fault: ${outcome.message}`);
    return messages;
  };
  for (let n = 0; n < STEPS; n++) {
    up.push(await count('up'));
    states.push(await stateOf(server, database));
  }
  for (let n = STEPS; n > 0; n--) {
    down[n] = await count('down');
    if ((await stateOf(server, database)) !== states[n - 1])
      throw new Error(`${tool}: the down of ${n} does not undo it`);
  }
  return { states, up, down };
}

/** Runs into one fault, looks whether what is said and recorded is true, and runs again until all is done. */
export async function attempt(server: TestServer, reference: Reference, what: Attempt): Promise<Verdict> {
  const { tool, from } = what;
  const set = scenario(tool);
  const database = await server.createDatabase();
  if (from > 0) {
    const id = set.migrations[from - 1]!.id;
    const before = await run(server, database, set, { target: { upTo: id } });
    if (before.outcome !== 'done') throw new Error(before.message);
  }
  const wrong: string[] = [];
  const struck = await withFault(server, database, set, what);
  if (!struck.isHit) return { ended: 'untouched', forced: false, wrong };
  const said = struck.outcome?.message ?? '';
  let first = await truth(server, database, set, reference, what, wrong);
  if (what.fault === 'kill twice' && !first.marked) {
    await withFault(server, database, set, { ...what, fault: 'kill after', message: ((what.message * 7) % 45) + 1 });
    first = await truth(server, database, set, reference, { ...what, fault: 'overtaken' }, wrong);
  }
  if (struck.outcome) wrong.push(...untrue(struck.outcome, first, reference, what));
  const forced = await settleMark(server, database, set, reference, first);
  await finish(server, database, set, reference, what, wrong);
  const ended = struck.outcome?.outcome ?? 'killed';
  return { ended, forced, wrong: wrong.map((text) => `${text}${said ? ` [${said}]` : ''}`) };
}

interface Seen {
  readonly state: string;
  /** Migrations that the ledger says are applied. */
  readonly applied: number;
  readonly half: 'up' | 'down' | undefined;
  /** The tool's own mark stands, and no journal explains it. */
  readonly marked: boolean;
}

async function look(server: TestServer, database: string, set: MigrationSet): Promise<Seen> {
  const state = await stateOf(server, database);
  return withSession(server, database, async (session) => {
    const ledger = await chooseLedger(session, set, { table: undefined });
    const statuses = statusOf(set, await ledger.read(session, set), ledger.keeps);
    return {
      state,
      applied: statuses.filter((s) => s.migration && s.entry && !s.entry.failed).length,
      half: statuses.find((s) => s.halfRun)?.halfRun,
      marked: statuses.some((s) => s.state === 'failed' && !s.halfRun),
    };
  });
}

/** What the ledger calls applied is there, all of it, and nothing else is. */
async function truth(
  server: TestServer,
  database: string,
  set: MigrationSet,
  reference: Reference,
  { from, direction, fault }: Attempt,
  wrong: string[],
): Promise<Seen> {
  const seen = await look(server, database, set);
  if (seen.half || seen.marked) return seen;
  if (seen.state !== reference[seen.applied])
    wrong.push(`untrue ledger: it says ${seen.applied}, and there is: ${seen.state}`);
  // The run that comes in between goes all the way up.
  const others = fault === 'overtaken';
  const [least, most] = direction === 'up' ? [from, STEPS] : [others ? 0 : from - 1, others ? STEPS : from];
  if (seen.applied < least || seen.applied > most) wrong.push(`ledger at ${seen.applied}, begun at ${from}`);
  return seen;
}

/** Sentences of the outcome that the database contradicts. */
function untrue(outcome: RunOutcome, seen: Seen, reference: Reference, { from, direction, fault }: Attempt): string[] {
  if (fault === 'overtaken') return [];
  const { message, completed } = outcome;
  const isAsBefore = seen.state === reference[from + (direction === 'up' ? completed.length : -completed.length)];
  const found: string[] = [];
  if (/as it was before|nothing of it remains|Nothing of it was run/i.test(message) && !isAsBefore)
    found.push(`it says that nothing remains, and there is: ${seen.state}`);
  if (outcome.outcome === 'done' && (seen.half || seen.marked)) found.push('it says done, and is half-run');
  if (
    completed.length > 0 &&
    direction === 'up' &&
    !seen.marked &&
    !seen.half &&
    seen.applied < from + completed.length
  )
    found.push(`it says that ${completed.length} are applied, and the ledger has ${seen.applied}`);
  return found;
}

/** As a person would: the mark is cleared with the version that the schema shows. */
async function settleMark(
  server: TestServer,
  database: string,
  set: MigrationSet,
  reference: Reference,
  { marked, state }: Seen,
): Promise<boolean> {
  if (!marked) return false;
  const version = set.migrations[reference.indexOf(state) - 1]?.version;
  const row = version === undefined ? '' : `; INSERT INTO schema_migrations VALUES (${version}, false)`;
  await server.query(`TRUNCATE schema_migrations${row}`, database);
  return true;
}

/** Goes on until the migration is done, as somebody would who accepts what is asked. */
async function finish(
  server: TestServer,
  database: string,
  set: MigrationSet,
  reference: Reference,
  { direction, from }: Attempt,
  wrong: string[],
): Promise<void> {
  const goal = direction === 'up' ? STEPS : from - 1;
  let last = '';
  for (let tries = 0; tries < 6; tries++) {
    const seen = await look(server, database, set);
    if (seen.applied <= goal && direction === 'down' && !seen.half) break;
    if (seen.applied === goal && !seen.half && !seen.marked) break;
    const outcome = await run(server, database, set, { direction, accepts: () => true });
    last = outcome.message;
  }
  const seen = await look(server, database, set);
  const expected = direction === 'up' ? reference[goal] : reference[seen.applied];
  if (seen.half || seen.marked || (direction === 'up' && seen.applied !== goal))
    wrong.push(`it cannot be finished: ${last}`);
  else if (seen.state !== expected) wrong.push(`not exactly once: ${seen.state} instead of ${expected}`);
}

async function withFault(server: TestServer, database: string, set: MigrationSet, what: Attempt) {
  const { fault, message, direction } = what;
  const proxy = await startProxy(server);
  const sessions: PgSession[] = [];
  let count = 0;
  let isHit = false;
  let isDead = false;
  const die = () => {
    isDead = true;
    for (const session of sessions) session.destroy();
  };
  const overtake = () => run(server, database, set, { direction: 'up', accepts: () => true });
  const open = async () => {
    if (isDead) throw new Error('the process is dead');
    if (isHit && fault === 'overtaken') await overtake();
    const opened = await openSession(targetOf(server, database, { port: proxy.port }));
    const session = hooked(opened, async (send) => {
      count++;
      if (count !== message) return send();
      isHit = true;
      return strike(fault, opened, send, { server, proxy, die });
    });
    sessions.push(session);
    return session;
  };
  try {
    const outcome = await run(server, database, set, {
      open,
      direction,
      lockTimeoutMs: 2_000,
      accepts: () => true,
      patienceMs: 3_000,
    });
    await quiet(server, database);
    return { isHit, outcome: isDead ? undefined : outcome };
  } finally {
    await proxy.close();
  }
}

interface Tools {
  readonly server: TestServer;
  readonly proxy: Line;
  readonly die: () => void;
}

async function strike<T>(
  fault: Fault,
  session: PgSession,
  send: () => Promise<T>,
  { server, proxy, die }: Tools,
): Promise<T> {
  switch (fault) {
    case 'kill before':
      die();
      return send();
    case 'kill after':
    case 'kill twice': {
      const answer = await send();
      die();
      return answer;
    }
    case 'lost request':
      proxy.cutNext('swallowRequest');
      return send();
    case 'lost answer':
      proxy.cutNext('swallowAnswer');
      return send();
    case 'strand':
      proxy.cutNext('strand');
      return send();
    case 'terminate before':
      await end(server, session);
      return send();
    case 'terminate during': {
      const answer = send();
      answer.catch(() => {});
      await end(server, session);
      return answer;
    }
    case 'overtaken': {
      await send();
      proxy.breakAll();
      throw new Error('the answer did not come');
    }
  }
}

async function end(server: TestServer, { processId }: PgSession): Promise<void> {
  await server.query(`SELECT pg_terminate_backend(${processId})`);
}

/** Waits until the server has noticed that a run is over; what does not end by itself is ended. */
async function quiet(server: TestServer, database: string): Promise<void> {
  const mine = `datname = '${database}' AND application_name = 'lockstep'`;
  await until(async () => {
    const rows = await server.query(`SELECT pid FROM pg_stat_activity WHERE ${mine}`);
    if (rows.length > 0)
      await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${mine} AND state LIKE 'idle%'`);
    return rows.length === 0;
  });
}

type Around = <T>(send: () => Promise<T>) => Promise<T>;

/** Every message of a session goes through `around`. */
function hooked(session: PgSession, around: Around): PgSession {
  const { simple, query } = session;
  session.simple = (sql) => around(() => simple.call(session, sql));
  session.query = (sql, params) => around(() => query.call(session, sql, params));
  return session;
}

async function stateOf(server: TestServer, database: string): Promise<string> {
  return String((await server.query(STATE, database))[0]?.state);
}
