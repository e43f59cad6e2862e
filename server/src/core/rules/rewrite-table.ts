import type { Work } from '../effects/effect.js';
import { editFix, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { as } from '../sql/tree.js';
import { perRowValue } from '../statements/addedColumn.js';
import { addedColumns, type Subcommand, subcommands } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { spanWithin } from '../statements/spans.js';
import { typeChanges } from '../statements/typeChanges.js';
import type { Span } from '../text/span.js';
import type { Rule } from './rule.js';

export const rewriteTable: Rule = {
  id: 'rewrite-table',
  title: 'Statement that writes a whole table anew',
  danger: 'rewrites',
  severity: 'warning',
  statements: ['AlterTableStmt', 'ClusterStmt', 'VacuumStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
    'https://www.postgresql.org/docs/current/sql-cluster.html',
    'https://www.postgresql.org/docs/current/sql-vacuum.html',
  ],
  *check(at, file) {
    const work = at.effect.work.filter((w) => w.kind === 'rewrite' && !w.bornHere);
    if (work.length === 0) return;
    const cause = causeOf(at);
    if (!cause) return;
    const [first] = work;
    const others = work.length - 1;
    const what = `${first!.display}${others > 0 ? ` and ${others} more` : ''}`;
    yield {
      span: cause.span,
      message: `Rewrites ${what} under ACCESS EXCLUSIVE: reads and writes wait until every row is copied.`,
      detail: `${reasonOf(first!)} All indexes are rebuilt too, the disk has to hold both copies, and replicas replay all of it. ${cause.advice}`,
      fixes: () => cause.fixes(at, file),
    };
  },
};

interface Cause {
  readonly span: Span;
  readonly advice: string;
  fixes(at: AnalysedStatement, file: FileContext): readonly Fix[];
}

const none = () => [];

function causeOf(at: AnalysedStatement): Cause | undefined {
  switch (at.statement.kind) {
    case 'AlterTableStmt':
      return subcommandCause(at);
    case 'VacuumStmt':
      return {
        span: at.statement.span,
        advice:
          'Plain VACUUM gives the space back to the table without a lock that anybody waits for; pg_repack or pg_squeeze shrink the file while it is in use.',
        fixes: none,
      };
    default:
      return {
        span: at.statement.span,
        advice: 'pg_repack and pg_squeeze do the same while the table is in use.',
        fixes: none,
      };
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  AT_SetLogged: 'Do it while the table is small, or in a quiet hour with a lock_timeout.',
  AT_SetUnLogged:
    'Rows of an unlogged table are gone after a crash, and replicas do not have them. Do it while the table is small, or in a quiet hour.',
  AT_SetAccessMethod: 'Make a table with the new access method, copy in batches, and swap them.',
  AT_SetTableSpace:
    'The file is copied block by block under the lock. pg_repack moves a table to another tablespace while it is in use.',
  AT_SetExpression:
    'Add a second generated column, or a plain one that a trigger fills, and swap them in a later release.',
  AT_AddColumn: 'Add a plain column, keep it up with a trigger, and fill the old rows in batches.',
};

/** The subcommand behind the rewrite, unless another rule speaks of it. */
function subcommandCause(at: AnalysedStatement): Cause | undefined {
  const added = addedColumns(at);
  const told = added.some((a) => perRowValue(at, a)) || typeChanges(at).some((c) => c.verdict?.rewrite !== false);
  const subs = subcommands(at);
  const stored = added.find((a) => a.constraints.some((c) => c.contype === 'CONSTR_GENERATED'));
  const domain = added.find((a) => !perRowValue(at, a) && isConstrainedDomain(at, a));
  const direct = subs.find((s) => s.cmd.subtype !== 'AT_AddColumn' && ADVICE[s.cmd.subtype ?? ''] !== undefined);
  const cause: Subcommand | undefined = direct ?? stored ?? domain ?? (told ? undefined : subs[0]);
  if (!cause) return undefined;
  const isDomain = cause === domain && cause !== stored;
  return {
    span: cause.span,
    advice: isDomain
      ? 'Use the type under the domain and a CHECK that is added NOT VALID and validated later.'
      : (ADVICE[cause.cmd.subtype ?? ''] ??
        'Do it in a quiet hour with a lock_timeout, or copy to a new table in batches and swap.'),
    fixes: cause === stored ? virtual(cause) : none,
  };
}

function isConstrainedDomain(at: AnalysedStatement, { column }: ReturnType<typeof addedColumns>[number]): boolean {
  const names = (column.typeName?.names ?? []).flatMap((n) => as(n, 'String')?.sval ?? []);
  const type = at.before.type(names.at(-2), names.at(-1) ?? '');
  return type?.kind === 'domain' && (type.hasCheck || type.notNull);
}

/** PostgreSQL 18 computes a virtual column when it is read: nothing is written. */
function virtual({ span }: Subcommand): Cause['fixes'] {
  return (at, file) => {
    const word = spanWithin(at.statement, span, 'STORED');
    if (file.pg < 18 || !word) return [];
    return [editFix(file, 'Make it VIRTUAL: computed when it is read', 'review', [replace(word, 'VIRTUAL')])];
  };
}

function reasonOf({ reason }: Work): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
