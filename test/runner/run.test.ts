import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../../server/src/core/sql/read.js';
import type { RunInput } from '../../server/src/runner/input.js';
import { runMigrations } from '../../server/src/runner/run.js';
import { RecordingSession, serverError, tableAnswers } from '../world/recordingSession.js';
import { modelOf } from '../world/sets.js';

before(loadParser);

type Answers = ConstructorParameters<typeof RecordingSession>[0] & {};
/** One message, as `who: sql` with its parameters behind. */
type Log = string[];

/** One of the connections of a run: they write into one log, and hold locks against each other. */
class Connection extends RecordingSession {
  readonly #name: string;
  readonly #log: Log;

  constructor(name: string, pid: number, log: Log, locks: Map<string, number>, answers: Answers) {
    const own = answers.filter(([pattern]) => !pattern.source.includes('pg_try_advisory_lock'));
    super([
      [/FROM pg_catalog\.pg_index i/, []],
      [/IS NOT NULL AS there/, []],
      ...own,
      ...server(pid, locks),
      ...tableAnswers(),
    ]);
    this.#name = name;
    this.#log = log;
  }

  override query(sql: string, params: readonly unknown[] = []) {
    this.#write(sql, params);
    return super.query(sql, params);
  }

  override simple(sql: string) {
    this.#write(sql, []);
    return super.simple(sql);
  }

  #write(sql: string, params: readonly unknown[]): void {
    const text = sql.replace(/\s+/g, ' ').trim();
    this.#log.push(`${this.#name}: ${text}${params.length > 0 ? ` ${JSON.stringify(params)}` : ''}`);
  }
}

/** What every server answers, as far as the runner asks. */
function server(pid: number, locks: Map<string, number>): Answers {
  return [
    [/SHOW lock_timeout/, [{ lock_timeout: '5s' }]],
    [/SHOW transaction_read_only/, [{ transaction_read_only: 'off' }]],
    [/SHOW default_transaction_read_only/, [{ default_transaction_read_only: 'off' }]],
    [/pg_backend_pid\(\) AS pid/, [{ pid }]],
    [/txid_current/, [{ xid: '7' }]],
    [
      /pg_try_advisory_lock/,
      ([key]) => {
        const holder = locks.get(String(key));
        if (holder === undefined) locks.set(String(key), pid);
        return [{ taken: holder === undefined || holder === pid }];
      },
    ],
    [
      /pg_advisory_unlock/,
      ([key]) => {
        locks.delete(String(key));
        return [];
      },
    ],
    [/AS n FROM pg_catalog\.pg_locks/, ([holder]) => [{ n: [...locks.values()].filter((p) => p === holder).length }]],
  ];
}

interface World {
  readonly files: Readonly<Record<string, string>>;
  readonly tool?: string;
  readonly layout?: string;
  readonly answers?: Answers | ((session: RecordingSession) => Answers);
  readonly input?: Partial<RunInput>;
  /** Both connections are one process. */
  readonly shared?: boolean;
}

const PLAIN = tableAnswers('version text!', 'name text', 'execution_time_ms integer');
const GOLANG = tableAnswers('version bigint!', 'dirty boolean!');

/** The row of a version is there. */
const kept = (version: string): Answers[number] => [
  /SELECT 1 FROM "public"."schema_migrations" WHERE/,
  (params) => (params.includes(version) ? [{ x: 1 }] : []),
];

async function run({
  files,
  tool = 'plain',
  layout = 'suffix-dot-down',
  answers = [],
  input = {},
  shared = false,
}: World) {
  const log: Log = [];
  const locks = new Map<string, number>();
  let opened = 0;
  const open = async () => {
    const [name, pid] = opened++ === 0 ? (['work', 1] as const) : (['keeper', shared ? 1 : 2] as const);
    const session = new Connection(name, pid, log, locks, typeof answers === 'function' ? [] : answers);
    if (typeof answers === 'function')
      for (const [pattern, answer] of [...answers(session)]
        .filter(([pattern]) => !pattern.source.includes('pg_try'))
        .reverse())
        session.answer(pattern, answer);
    return session;
  };
  const config = {
    pgVersion: 14,
    rules: {},
    migrations: [{ folder: 'm', layout, tool }],
    baseline: undefined,
  } as const;
  const model = modelOf(
    'file:///w',
    config,
    () => new Date(0),
    (error) => assert.fail(String(error)),
  );
  for (const [path, text] of Object.entries(files)) model.setFile(`file:///w/m/${path}`, `m/${path}`, text);
  const outcome = await runMigrations({
    guard: { allowed: true },
    open,
    set: model.sets()[0]!,
    direction: 'up',
    target: 'all',
    expected: undefined,
    ledger: { table: undefined },
    analyse: async (half) => model.half(half),
    lockTimeoutMs: 5_000,
    patienceMs: 0,
    ...input,
  });
  return { outcome, log };
}

/** Messages in order of which each contains its word; all of them have to come, in this order. */
function inOrder(log: Log, ...words: readonly string[]): void {
  let at = -1;
  for (const word of words) {
    const next = log.findIndex((line, i) => i > at && line.includes(word));
    assert.ok(
      next > at,
      `${word} does not come behind ${words[words.indexOf(word) - 1] ?? 'the start'}:\n${log.join('\n')}`,
    );
    at = next;
  }
}

const none = (log: Log, word: string) =>
  assert.deepEqual(
    log.filter((line) => line.includes(word)),
    [],
    log.join('\n'),
  );

test('a migration and its row are one transaction, under a lock that the other connection holds', async () => {
  const { outcome, log } = await run({
    files: { '1_a.sql': 'CREATE TABLE a (id int);' },
    answers: [kept('1'), ...PLAIN],
  });
  assert.equal(outcome.outcome, 'done', outcome.message);
  inOrder(
    log,
    'keeper: SELECT pg_catalog.pg_try_advisory_lock',
    'work: BEGIN',
    'work: CREATE TABLE a',
    'work: SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE',
    'work: SELECT pg_catalog.count(*)::int AS n FROM pg_catalog.pg_locks',
    'work: INSERT INTO "public"."schema_migrations"',
    'work: SELECT 1 FROM "public"."schema_migrations" WHERE',
    'work: SELECT pg_catalog.txid_current',
    'work: COMMIT',
  );
  none(log, 'keeper: CREATE TABLE a');
  none(log, 'lockstep_journal (');
});

test('how long it took is recorded', async () => {
  const { log } = await run({ files: { '1_a.sql': 'SELECT 1;' }, answers: [kept('1'), ...PLAIN] });
  const insert = log.find((line) => line.includes('INSERT INTO "public"."schema_migrations"')) ?? '';
  assert.match(insert, /\("version", "name", "execution_time_ms"\) VALUES \(\$1, \$2, \$3\) \["1","a",\d+\]/);
});

test('a row that is not there after it was written undoes the migration', async () => {
  const { outcome, log } = await run({ files: { '1_a.sql': 'CREATE TABLE a (id int);' }, answers: PLAIN });
  assert.equal(outcome.outcome, 'failed');
  assert.match(outcome.message, /written without an error, but the row of 1 is not there/);
  inOrder(log, 'work: INSERT INTO', 'work: ROLLBACK');
  none(log, 'work: COMMIT');
});

test('a lock that is gone before the record undoes the migration', async () => {
  let asked = 0;
  const { outcome, log } = await run({
    files: { '1_a.sql': 'CREATE TABLE a (id int);' },
    answers: [[/AS n FROM pg_catalog\.pg_locks/, () => [{ n: asked++ < 2 ? 1 : 0 }]], ...PLAIN, kept('1')],
  });
  assert.equal(outcome.outcome, 'failed');
  assert.match(outcome.message, /The lock of this run was lost/);
  inOrder(log, 'work: CREATE TABLE a', 'work: ROLLBACK');
  none(log, 'INSERT INTO');
});

test('a transaction that the server rolled back at COMMIT is no success', async () => {
  const { outcome } = await run({
    files: { '1_a.sql': 'SELECT 1;' },
    answers: (session) => [
      [
        /^COMMIT$/,
        () => {
          session.transaction = 'failed';
          return [];
        },
      ],
      ...PLAIN,
      kept('1'),
    ],
  });
  assert.equal(outcome.outcome, 'failed');
  assert.match(outcome.message, /rolled the transaction back instead of committing it/);
});

test('what cannot be in a transaction is noted before and after, runs without a limit for locks, and is recorded behind it', async () => {
  const { outcome, log } = await run({
    files: { '1_i.sql': 'CREATE INDEX CONCURRENTLY i ON t (id);' },
    answers: [...PLAIN, kept('1'), [/INSERT INTO "public"."lockstep_journal"/, []]],
  });
  assert.equal(outcome.outcome, 'done', outcome.message);
  inOrder(
    log,
    'keeper: CREATE TABLE IF NOT EXISTS "public"."lockstep_journal"',
    '"begun"',
    'work: SET lock_timeout = 0',
    'work: CREATE INDEX CONCURRENTLY',
    "work: SET lock_timeout = '5s'",
    '"done"',
    'keeper: BEGIN',
    'keeper: INSERT INTO "public"."schema_migrations"',
    'keeper: DELETE FROM "public"."lockstep_journal"',
    'keeper: COMMIT',
  );
  none(log, 'work: BEGIN');
  assert.match(outcome.message, /Lockstep made the table "public"\."lockstep_journal"/);
});

test('a limit for locks that the file sets is left to it', async () => {
  const { log } = await run({
    files: { '1_i.sql': "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON t (id);" },
    answers: [kept('1'), ...PLAIN],
  });
  none(log, 'SET lock_timeout = 0');
});

test('a tool with a mark: set before, taken back when nothing remains, and cleared outside the transaction', async () => {
  let row: readonly unknown[] | undefined;
  const holds = (values: readonly unknown[] | undefined) => {
    row = values;
    return [];
  };
  const table: Answers = [
    ...GOLANG,
    [/^TRUNCATE/, () => holds(undefined)],
    [/^INSERT INTO "public"."schema_migrations"/, (params) => holds(params)],
    [/SELECT version::text AS version, dirty/, () => (row ? [{ version: row[0], dirty: row[1] }] : [])],
  ];
  const files = { '1_a.up.sql': 'CREATE TABLE a (id int);\nSELECT 1;' };
  const world = { tool: 'golang-migrate', layout: 'updown', files };
  const good = await run({ ...world, answers: table });
  assert.equal(good.outcome.outcome, 'done', good.outcome.message);
  inOrder(
    good.log,
    'keeper: INSERT INTO "public"."schema_migrations" (version, dirty) VALUES ($1, $2) ["1",true]',
    'work: BEGIN',
    'work: COMMIT',
    '["1",false]',
  );
  const keys = good.log.filter((line) => line.includes('pg_try_advisory_lock') && line.startsWith('keeper'));
  assert.equal(new Set(keys).size, 2, 'the key of the command and that of the library');
  row = undefined;
  const bad = await run({ ...world, answers: [[/^SELECT 1$/, serverError('22012', 'division by zero')], ...table] });
  assert.equal(bad.outcome.outcome, 'failed');
  inOrder(bad.log, '["1",true]', 'work: ROLLBACK', 'keeper: TRUNCATE');
  assert.equal(row, undefined, 'no version is no row');
});

test('one process behind both connections: one of them is closed, and the other does all', async () => {
  const { outcome, log } = await run({
    files: { '1_a.sql': 'SELECT 1;' },
    answers: [kept('1'), ...PLAIN],
    shared: true,
  });
  assert.equal(outcome.outcome, 'done', outcome.message);
  assert.deepEqual(
    log.filter((line) => line.startsWith('keeper')),
    ['keeper: SELECT pg_catalog.pg_backend_pid() AS pid'],
  );
});

test('a cancel between two statements ends in a rollback', async () => {
  const abort = new AbortController();
  const { outcome, log } = await run({
    files: { '1_a.sql': 'SELECT 1;\nSELECT 2;' },
    answers: [
      [
        /^SELECT 1$/,
        () => {
          abort.abort();
          return [];
        },
      ],
      ...PLAIN,
    ],
    input: { signal: abort.signal },
  });
  assert.equal(outcome.outcome, 'cancelled');
  inOrder(log, 'work: SELECT 1', 'work: ROLLBACK');
  none(log, 'work: SELECT 2');
});

test('notices are told with the statement that ran', async () => {
  const heard: string[] = [];
  const { outcome } = await run({
    files: { '1_a.sql': 'SELECT 1;\nSELECT 2;' },
    answers: (session) => [
      [
        /^SELECT 2$/,
        () => {
          session.notice('WARNING', 'look');
          return [];
        },
      ],
      ...PLAIN,
      kept('1'),
    ],
    input: { onNotice: ({ severity, message, span }) => heard.push(`${severity} ${message} at ${span.start}`) },
  });
  assert.equal(outcome.outcome, 'done', outcome.message);
  assert.deepEqual(heard, ['WARNING look at 10']);
  assert.equal(outcome.notices.length, 1);
});

test('nothing is sent when the guard refuses', async () => {
  const { outcome, log } = await run({
    files: { '1_a.sql': 'SELECT 1;' },
    input: { guard: { allowed: false, reason: 'It is production.' } },
  });
  assert.deepEqual([outcome.outcome, outcome.message, log], ['refused', 'It is production.', []]);
});

test('a database that is read-only by default is left alone, before a table is made', async () => {
  const { outcome, log } = await run({
    files: { '1_a.sql': 'SELECT 1;' },
    answers: [[/SHOW default_transaction_read_only/, [{ default_transaction_read_only: 'on' }]]],
  });
  assert.equal(outcome.outcome, 'refused');
  none(log, 'CREATE TABLE');
});
