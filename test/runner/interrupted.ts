import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import type { RunInput } from '../../server/src/runner/input.js';
import type { RunOutcome } from '../../server/src/runner/outcome.js';
import type { Analyse } from '../../server/src/runner/plan.js';
import { runMigrations } from '../../server/src/runner/run.js';
import { layoutOf, modelOf } from '../world/sets.js';
import { type Contents, FakeServer, type Fault } from './fakeServer.js';

/** A folder, and in which direction it is run. */
export interface Scenario {
  readonly tool: 'plain' | 'golang-migrate';
  readonly direction: 'up' | 'down';
  readonly files: Readonly<Record<string, string>>;
  /** An index that an interrupted build has left. */
  readonly invalid?: string;
}

const PLAIN = ['version text', 'name text', 'execution_time_ms integer'];
const GOLANG = ['version bigint', 'dirty boolean'];

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a migration in one transaction': {
    tool: 'plain',
    direction: 'up',
    files: { '1_a.sql': 'CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);' },
  },
  'an index beside other statements': {
    tool: 'plain',
    direction: 'up',
    files: {
      '1_a.sql': 'CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY a_id ON a (id);\nINSERT INTO a VALUES (1);',
    },
  },
  'an index that an earlier build left INVALID': {
    tool: 'plain',
    direction: 'up',
    files: { '1_a.sql': 'CREATE INDEX CONCURRENTLY IF NOT EXISTS a_id ON a (id);' },
    invalid: 'a_id',
  },
  'transactions of the file, and a second migration': {
    tool: 'plain',
    direction: 'up',
    files: {
      '1_a.sql': 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nBEGIN;\nINSERT INTO a VALUES (1);\nCOMMIT;',
      '2_b.sql': 'CREATE TABLE b (id int);',
    },
  },
  'a way back in one transaction': {
    tool: 'plain',
    direction: 'down',
    files: { '1_a.sql': 'CREATE TABLE a (id int);', '1_a.down.sql': 'DROP TABLE a;' },
  },
  'a way back that drops an index': {
    tool: 'plain',
    direction: 'down',
    files: { '1_a.sql': 'CREATE INDEX CONCURRENTLY a_id ON a (id);', '1_a.down.sql': 'DROP INDEX CONCURRENTLY a_id;' },
  },
  'golang-migrate: two statements': {
    tool: 'golang-migrate',
    direction: 'up',
    files: { '1_a.up.sql': 'CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);' },
  },
  'golang-migrate: an index': {
    tool: 'golang-migrate',
    direction: 'up',
    files: { '1_a.up.sql': 'CREATE INDEX CONCURRENTLY a_id ON a (id);' },
  },
  'golang-migrate: a way back': {
    tool: 'golang-migrate',
    direction: 'down',
    files: { '1_a.up.sql': 'CREATE TABLE a (id int);', '1_a.down.sql': 'DROP TABLE a;\nSELECT 1;' },
  },
};

export interface World {
  readonly scenario: Scenario;
  readonly server: FakeServer;
  readonly set: MigrationSet;
  /** What each migration does to the database in this direction, by its version; of an index only that it is there or not. */
  readonly does: ReadonlyMap<string, readonly string[]>;
  run(input?: Partial<RunInput>): Promise<RunOutcome>;
}

/** A fresh server; for a way back, one on which everything is applied. */
export async function world(scenario: Scenario): Promise<World> {
  const { tool, direction, files } = scenario;
  const columns = (tool === 'plain' ? PLAIN : GOLANG).map((c) => c.split(' ') as [string, string]);
  const server = new FakeServer(columns);
  if (scenario.invalid !== undefined) server.contents.indexes.set(scenario.invalid, false);
  const named = { folder: 'm', layout: layoutOf(tool), tool };
  const model = modelOf(
    'file:///w',
    { pgVersion: 14, rules: {}, migrations: [named], baseline: undefined },
    () => new Date(0),
    assert.ifError,
  );
  for (const [path, text] of Object.entries(files)) model.setFile(`file:///w/m/${path}`, `m/${path}`, text);
  const [set] = model.sets();
  const analyse: Analyse = async (half) => model.half(half);
  const run = (way: 'up' | 'down', input: Partial<RunInput> = {}) => {
    server.messages.length = 0;
    return runMigrations({
      guard: { allowed: true },
      open: server.open,
      set: set!,
      direction: way,
      target: way === 'up' ? 'all' : 'last',
      expected: undefined,
      ledger: { table: undefined },
      analyse,
      lockTimeoutMs: 5_000,
      patienceMs: 0,
      accepts: () => true,
      ...input,
    });
  };
  if (direction === 'down') {
    assert.equal((await run('up')).outcome, 'done');
    server.contents.effects.length = 0;
    server.restart();
  }
  const does = new Map<string, readonly string[]>();
  for (const migration of set!.migrations) {
    const { statements } = (await analyse(migration[direction]!))!.script;
    const texts = statements.filter((s) => s.kind !== 'TransactionStmt').map((s) => s.text);
    does.set(migration.version, texts);
  }
  return { scenario, server, set: set!, does, run: (input) => run(direction, input) };
}

export interface Trial {
  readonly fault: Fault;
  readonly at: number;
  /** The message with which it went wrong. */
  readonly message: string;
  readonly outcome: RunOutcome;
  readonly after: Contents;
  readonly world: World;
}

const FAULTS: readonly Fault[] = ['before', 'during', 'after', 'refused'];

/** Each way in which each message of a run can go wrong. */
export async function trials(scenario: Scenario): Promise<readonly Trial[]> {
  const clean = await world(scenario);
  const { outcome } = await clean.run();
  assert.equal(outcome, 'done');
  const messages = [...clean.server.messages];
  const found: Trial[] = [];
  for (const fault of FAULTS) {
    for (const [at, { who, text }] of messages.entries()) {
      if (fault === 'during' && !/^(CREATE|DROP) INDEX CONCURRENTLY/.test(text)) continue;
      const one = await world(scenario);
      one.server.fault = { at, kind: fault };
      const outcome = await one.run();
      found.push({ fault, at, message: `${who}: ${text}`, outcome, after: one.server.contents, world: one });
    }
  }
  return found;
}

const WORDS: Readonly<Record<Fault, string>> = {
  before: 'does not arrive',
  during: 'is half done',
  after: 'is done, its answer is lost',
  refused: 'is refused',
};

const short = (text: string) => (text.length > 100 ? `${text.slice(0, 80)} … ${text.slice(-16)}` : text);
const HEAD = 'What is said when a message of a run goes wrong. Written by `npm run fixtures`; read what changes.\n';

/** How each trial ended, as text to read; of messages in a row that end alike the first and the last. */
export async function interruptedText(): Promise<string> {
  const parts: string[] = [HEAD];
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    parts.push(`\n== ${name}\n`);
    const ends: { end: string; messages: string[] }[] = [];
    for (const { fault, message, outcome } of await trials(scenario)) {
      const { failure, consent } = outcome;
      const lines = [
        `${outcome.outcome}: ${outcome.message}`,
        ...(failure?.hint ? [`hint: ${failure.hint}`] : []),
        ...(failure?.span ? [`at: ${failure.span.start}-${failure.span.end}`] : []),
        ...(consent ? [`consent: ${consent}`] : []),
      ];
      const end = `${WORDS[fault]}\n${lines.map((line) => `    ${line}\n`).join('')}`;
      if (ends.at(-1)?.end === end) ends.at(-1)!.messages.push(message);
      else ends.push({ end, messages: [message] });
    }
    for (const { end, messages } of ends) {
      const [first, last] = [messages[0]!, messages.at(-1)!];
      const more = messages.length > 1 ? `\n… ${short(last)}` : '';
      parts.push(`${short(first)}${more}\n  ${end}`);
    }
  }
  return parts.join('');
}

export const RECORD = fileURLToPath(new URL('interrupted.txt', import.meta.url));

export function recordedInterruptions(): string {
  return existsSync(RECORD) ? readFileSync(RECORD, 'utf8') : '';
}
