import type { RelationLock } from '../effects/effect.js';
import { editFix, eolOf, insert, withCommentsAbove } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { LOCK_TIMEOUT, setLockTimeout } from '../fixes/lockTimeout.js';
import { UNLIMITED } from '../fixes/unlimited.js';
import { waitsForTransactions } from '../sql/concurrently.js';
import type { Statement } from '../sql/script.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { visibleLocks } from '../statements/locks.js';
import { codeTokens, wordOf } from '../statements/spans.js';
import type { Span } from '../text/span.js';
import { runTogether } from '../transactions.js';
import type { Rule } from './rule.js';

export const missingLockTimeout: Rule = {
  id: 'missing-lock-timeout',
  title: 'Strong lock on an existing table without lock_timeout',
  danger: 'blocks-reads',
  severity: 'information',
  statements: [],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
    'squawk: require-timeout-settings',
    'GitLab: lock retries',
  ],
  *checkFile(file) {
    const waiting = file.statements.flatMap((at) => {
      // What waits for old transactions needs none, and would leave a half-done thing behind.
      const lock = at.lockTimeout || waitsForTransactions(at.statement.node) ? undefined : worst(at);
      return lock ? [{ at, lock }] : [];
    });
    const found = waiting.find(({ lock }) => lock.mode === 'ACCESS EXCLUSIVE') ?? waiting[0];
    if (!found) return;
    const reads = found.lock.mode === 'ACCESS EXCLUSIVE';
    const fix = setTimeoutBefore(
      file,
      waiting.map((w) => w.at),
    );
    yield {
      span: opening(found.at.statement),
      // Most migrations lack it and most get away with it, so it asks for no attention of its own. What only writes
      // wait for is noticed less often still.
      severity: reads ? 'information' : 'hint',
      message: `No lock_timeout: waiting for ${found.lock.mode} on ${found.lock.display} stops ${reads ? 'reads and writes' : 'writes'} behind it.`,
      detail:
        'A statement that waits for a lock makes everybody queue who comes after it, even when it would hold the lock for a millisecond: one long query or one idle transaction in front of it stops the table. ' +
        `With lock_timeout set (SET lock_timeout = '${LOCK_TIMEOUT}') it gives up instead, and the migration can be tried again.`,
      ...(fix ? { fixes: [fix] } : {}),
    };
  },
};

/** The command and the name behind it: `ALTER TABLE orders`. */
function opening(statement: Statement): Span {
  const tokens = codeTokens(statement);
  let i = tokens.findIndex((t) => !t.keyword);
  if (i < 0) return statement.span;
  // DO has no name, but a body.
  if (tokens[i]!.type === 'SCONST') return tokens[i - 1]?.span ?? statement.span;
  while (tokens[i + 1] && wordOf(statement, tokens[i + 1]!) === '.' && tokens[i + 2]) i += 2;
  return { start: statement.span.start, end: tokens[i]!.span.end };
}

const TABLES: ReadonlySet<RelationLock['role']> = new Set([
  'target',
  'referenced',
  'referencing',
  'parent',
  'partition',
  'source',
]);

/** The strongest lock on a table that was there before; views and sequences are not tables, an index is locked with its table. */
function worst(at: AnalysedStatement): RelationLock | undefined {
  const locks = visibleLocks(at).filter((lock) => TABLES.has(lock.role) && isTable(at, lock));
  return locks.find((lock) => lock.mode === 'ACCESS EXCLUSIVE') ?? locks[0];
}

function isTable({ before }: AnalysedStatement, { relation }: RelationLock): boolean {
  const kind = before.relationByKey(relation)?.kind;
  return kind === undefined || kind === 'table' || kind === 'partitionedTable' || kind === 'materializedView';
}

/** SET LOCAL when one transaction holds all that waits, else SET for the session. */
function setTimeoutBefore(file: FileContext, waiting: readonly AnalysedStatement[]): Fix | undefined {
  const together = runTogether(file.mode, file.statements.length + 1);
  // A second statement beside one that must not be in a transaction makes it fail where the tool sends the file as one query.
  if (together && file.statements.some((s) => s.effect.transaction === 'forbidden')) return undefined;
  const [first] = waiting;
  if (!first) return undefined;
  // With SET before it, the only statement of a message is in a transaction.
  const local = waiting.every((s) => (s.inTransaction || together) && s.unit === first.unit);
  const sql = setLockTimeout(local);
  const edits = local ? [first.statement] : needed(file, waiting);
  return editFix(
    file,
    `Give up after ${LOCK_TIMEOUT} of waiting: ${sql}`,
    'safe',
    edits.map((statement) => {
      const text = waitsForTransactions(statement.node) ? UNLIMITED : sql;
      return insert(withCommentsAbove(file.script, statement), `${text};${eolOf(file.script)}`);
    }),
  );
}

/** The statements before which the limit changes: what waits for old transactions runs without one. */
function needed(file: FileContext, waiting: readonly AnalysedStatement[]): readonly Statement[] {
  const limited = new Set(waiting);
  let isOn = false;
  return file.statements.flatMap((at) => {
    const on = limited.has(at) ? true : waitsForTransactions(at.statement.node) ? false : isOn;
    if (on === isOn) return [];
    isOn = on;
    return [at.statement];
  });
}
