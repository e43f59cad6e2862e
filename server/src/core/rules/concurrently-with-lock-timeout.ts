import { editFix } from '../fixes/edits.js';
import { withoutLimit } from '../fixes/unlimited.js';
import { waitsForTransactions } from '../sql/concurrently.js';
import type { AnalysedStatement } from '../statements/analysed.js';
import { spanOfWords } from '../statements/spans.js';
import type { Rule } from './rule.js';

export const concurrentlyWithLockTimeout: Rule = {
  id: 'concurrently-with-lock-timeout',
  title: 'lock_timeout in force while CONCURRENTLY waits for old transactions',
  danger: 'fails',
  severity: 'warning',
  statements: ['IndexStmt', 'DropStmt', 'ReindexStmt', 'AlterTableStmt'],
  directions: ['up', 'down'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'src/backend/commands/indexcmds.c: WaitForOlderSnapshots',
    'fatkodima/online_migrations#93',
  ],
  *check(at, file) {
    // In a transaction it fails before it waits.
    if (!at.lockTimeout || at.inTransaction || !waitsForTransactions(at.statement.node)) return;
    yield {
      span: spanOfWords(at.statement, 'CONCURRENTLY') ?? at.effect.span,
      message: `lock_timeout ends this when an old transaction is in its way, and leaves ${left(at)}.`,
      detail:
        'CONCURRENTLY waits until all transactions that are older than it have ended, on whatever table they work, and that wait counts for lock_timeout (55P03). ' +
        'It holds no lock meanwhile that keeps reads or writes waiting, so it needs no limit: set lock_timeout to 0 for this statement.',
      fixes: () => [editFix(file, 'Set lock_timeout to 0 for this statement', 'safe', withoutLimit(at, file))],
    };
  },
};

function left({ statement: { node } }: AnalysedStatement): string {
  return 'AlterTableStmt' in node ? 'the partition half detached' : 'an INVALID index';
}
