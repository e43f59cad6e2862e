import type { RelationLock } from '../effects/effect.js';
import { takeOut } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { newMigrations } from '../plans/newMigrations.js';
import { nothing } from '../plans/plan.js';
import { type Subcommand, subcommands } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { visibleLocks } from '../statements/locks.js';
import { earlierInTransaction } from '../statements/sameTransaction.js';
import type { Finding, Rule } from './rule.js';

export const validateInSameTransaction: Rule = {
  id: 'validate-in-same-transaction',
  title: 'VALIDATE CONSTRAINT while a lock that blocks others is held',
  danger: 'blocks-reads',
  severity: 'warning',
  statements: ['AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
    'strong_migrations: validating a check constraint in the same transaction',
  ],
  *check(at, file) {
    for (const sub of subcommands(at)) {
      if (sub.cmd.subtype !== 'AT_ValidateConstraint') continue;
      const held = heldLock(at, file, sub);
      if (!held) continue;
      const { lock, by } = held;
      yield {
        span: sub.span,
        message: `${lock.mode} lock on ${sub.table.display} blocks ${lock.mode === 'ACCESS EXCLUSIVE' ? 'reads and writes' : 'writes'} while VALIDATE checks every row.`,
        detail:
          `VALIDATE itself lets reads and writes go on, but ${by === at ? 'another part of this ALTER TABLE' : 'an earlier statement of the same transaction'} took the stronger lock, ` +
          'and a lock is kept until the transaction ends. Nothing is gained over a constraint without NOT VALID: validate in a later transaction, best in the next migration.',
        ...(by === at ? {} : { related: heldBy(file, lock, by) }),
        fixes: () => later(at, file, sub),
      };
    }
  },
};

interface Held {
  readonly lock: RelationLock;
  readonly by: AnalysedStatement;
}

/** The strongest lock on the table that blocks others, from this statement or from before it in the transaction. */
function heldLock(at: AnalysedStatement, file: FileContext, { table }: Subcommand): Held | undefined {
  const key = table.relation?.key ?? table.display;
  const candidates = [...earlierInTransaction(at, file), at].flatMap((by) =>
    visibleLocks(by)
      .filter((l) => l.relation === key)
      .map((lock) => ({ lock, by })),
  );
  return candidates.find(({ lock }) => lock.mode === 'ACCESS EXCLUSIVE') ?? candidates[0];
}

function heldBy(file: FileContext, lock: RelationLock, by: AnalysedStatement): Finding['related'] {
  return [
    { uri: file.uri, span: by.effect.span, message: `${lock.mode} is taken here and kept until the transaction ends.` },
  ];
}

/** Moves the statement to the next migration, when nothing behind it builds on the validated constraint. */
function later(at: AnalysedStatement, file: FileContext, { cmd, table, alone }: Subcommand): readonly Fix[] {
  const key = table.relation?.key ?? table.display;
  const needed = file.statements.some(
    (s) => s.statement.index > at.statement.index && s.effect.locks.some((l) => l.relation === key),
  );
  if (!alone || needed || file.script.errors.length > 0) return [];
  const { edit, comments } = takeOut(file.script, at.statement);
  const newFiles = newMigrations(file, [
    {
      name: `validate_${cmd.name ?? table.name.name}`,
      up: [...comments, at.statement.text],
      down: nothing('a validated constraint needs no way back.'),
    },
  ]);
  if (!newFiles) return [];
  return [
    {
      title: 'Move VALIDATE to a new migration',
      safety: 'review',
      edits: [{ uri: file.uri, edits: [edit] }],
      newFiles,
    },
  ];
}
