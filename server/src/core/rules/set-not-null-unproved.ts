import type { AlterTableCmd, Node } from '@pgsql/types';
import { replaceInCounterpart } from '../fixes/counterpart.js';
import { replaceStatement } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { guard, guardOfNew } from '../fixes/lockTimeout.js';
import { newMigrations } from '../plans/newMigrations.js';
import { notNullProof } from '../plans/notNullProof.js';
import { notValid } from '../plans/notValid.js';
import { derivedName } from '../sql/derivedName.js';
import type { Statement } from '../sql/script.js';
import { as, rangeVar, text } from '../sql/tree.js';
import { addedConstraints, onlySubcommand, type Subcommand, subcommands } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { visibleLocks } from '../statements/locks.js';
import { spanOfWords } from '../statements/spans.js';
import { emptiedBefore, provesNotNull } from '../statements/tables.js';
import { listed } from '../text/words.js';
import type { Report, Rule } from './rule.js';

export const setNotNullUnproved: Rule = {
  id: 'set-not-null-unproved',
  title: 'SET NOT NULL that reads the whole table',
  danger: 'blocks-reads',
  severity: 'warning',
  statements: ['AlterTableStmt', 'AlterDomainStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
    'src/backend/commands/tablecmds.c: NotNullImpliedByRelConstraints',
    'squawk: adding-not-nullable-field',
    'strong_migrations: setting NOT NULL on an existing column',
  ],
  *check(at, file) {
    const reads = new Set(
      at.effect.work.filter((w) => (w.kind === 'scan' || w.kind === 'rewrite') && !w.bornHere).map((w) => w.relation),
    );
    if (reads.size === 0) return;
    yield* ofDomain(at);
    yield* asConstraint(at, file);
    for (const sub of subcommands(at)) {
      const name = sub.cmd.name ?? '';
      if (sub.cmd.subtype !== 'AT_SetNotNull' || isProved(sub, name) || emptiedBefore(at, file, sub.table, 'truncate'))
        continue;
      if (!sub.table.relation && isProvedByHand(at, file, sub, name)) continue;
      const table = sub.table.display;
      const column = sub.table.relation?.columns.get(name);
      yield {
        span: sub.span,
        message: `SET NOT NULL reads all of ${table} under ACCESS EXCLUSIVE: reads and writes wait.`,
        detail:
          `PostgreSQL looks for a NULL in ${name} in every row, and nobody can use ${table} meanwhile; one NULL makes the migration fail. ` +
          `A valid CHECK (${name} IS NOT NULL) proves it beforehand: add it NOT VALID (short lock), VALIDATE it in a later transaction (reads and writes go on), ` +
          'then SET NOT NULL reads nothing, and the CHECK can go. In one transaction that gains nothing, because the first lock is kept until its end.',
        related: column
          ? [{ uri: column.origin.uri, span: column.origin.span, message: `${name} was added here.` }]
          : [],
        fixes: () => fixesFor(at, file, sub, name),
      };
    }
  },
};

/** ALTER DOMAIN reads every table that has a column of the domain. */
function* ofDomain(at: AnalysedStatement): Iterable<Report> {
  if (as(at.statement.node, 'AlterDomainStmt')?.subtype !== 'O') return;
  const tables = listed(visibleLocks(at).map((lock) => lock.display));
  yield {
    span: spanOfWords(at.statement, 'SET', 'NOT', 'NULL') ?? at.statement.span,
    message: `SET NOT NULL reads all of ${tables} under SHARE: writes wait.`,
    detail:
      'Every table with a column of the domain is read while writes to it wait, and one NULL makes the migration fail. A domain has no cheaper way: set NOT NULL on the column of each table instead, with a CHECK that proves it.',
  };
}

/** PostgreSQL 18 has it as a constraint, which can be NOT VALID by itself. */
function* asConstraint(at: AnalysedStatement, file: FileContext): Iterable<Report> {
  for (const added of addedConstraints(at)) {
    const { constraint, table } = added;
    const column = as(constraint.keys?.[0], 'String')?.sval ?? '';
    if (constraint.contype !== 'CONSTR_NOTNULL' || constraint.skip_validation || isProved(added, column)) continue;
    yield {
      span: added.span,
      message: `NOT NULL reads all of ${table.display} under ACCESS EXCLUSIVE: reads and writes wait.`,
      detail: `PostgreSQL looks for a NULL in ${column} in every row, and nobody can use ${table.display} meanwhile. With NOT VALID the constraint holds for new rows at once; VALIDATE CONSTRAINT in a later transaction reads the old ones while reads and writes go on.`,
      fixes: () => notValid(at, file, added, constraint, derivedName([table.name.name, column], 'not_null')),
    };
  }
}

function isProved({ table: { relation } }: Subcommand, column: string): boolean {
  if (!relation) return false;
  return relation.columns.get(column)?.notNull === true || provesNotNull(relation, column);
}

/** `index`: of its statement in the file; -1 in one that ran before. */
interface Alteration {
  readonly cmd: AlterTableCmd;
  readonly index: number;
}

const alterationsOf = new WeakMap<FileContext, ReadonlyMap<string, readonly Alteration[]>>();

/** By the name of the table, what this file and those before it do to it, in order. */
function alterations(file: FileContext): ReadonlyMap<string, readonly Alteration[]> {
  const known = alterationsOf.get(file);
  if (known) return known;
  const found = new Map<string, Alteration[]>();
  const note = ({ node }: Statement, index: number) => {
    const alter = as(node, 'AlterTableStmt');
    if (!alter) return;
    const { schema, name } = rangeVar(alter.relation);
    const key = JSON.stringify([schema, name]);
    const cmds = (alter.cmds ?? []).flatMap((cmd) => as(cmd, 'AlterTableCmd') ?? []);
    found.set(key, found.get(key) ?? []);
    for (const cmd of cmds) found.get(key)!.push({ cmd, index });
  };
  for (const statement of [...file.earlier.newestFirst()].reverse()) note(statement, -1);
  for (const { statement } of file.statements) note(statement, statement.index);
  alterationsOf.set(file, found);
  return found;
}

/** Of a table that no migration made the catalog knows nothing; what the files say of it counts all the same. */
function isProvedByHand(at: AnalysedStatement, file: FileContext, { table }: Subcommand, column: string): boolean {
  const { schema, name } = table.name;
  const about = (alterations(file).get(JSON.stringify([schema, name])) ?? [])
    .filter(({ index }) => index < at.statement.index)
    .map(({ cmd }) => cmd);
  return about.some((cmd, i) => {
    const constraint = as(cmd.def, 'Constraint');
    if (cmd.subtype !== 'AT_AddConstraint' || !isNotNullCheck(constraint?.raw_expr, column)) return false;
    const name = constraint?.conname;
    const later = about.slice(i + 1);
    if (later.some((c) => c.subtype === 'AT_DropConstraint' && c.name === name)) return false;
    return (
      constraint?.skip_validation !== true ||
      later.some((c) => c.subtype === 'AT_ValidateConstraint' && c.name === name)
    );
  });
}

function isNotNullCheck(expression: Node | undefined, column: string): boolean {
  const test = as(expression, 'NullTest');
  const fields = as(test?.arg, 'ColumnRef')?.fields ?? [];
  return test?.nulltesttype === 'IS_NOT_NULL' && fields.length === 1 && text(fields[0]) === column;
}

/** Later in this file the column goes, or becomes a key, which is NOT NULL by itself: the step cannot move behind that. */
function isTaken(at: AnalysedStatement, file: FileContext, { table }: Subcommand, column: string): boolean {
  const key = table.relation?.key;
  const last = key === undefined ? undefined : file.statements.at(-1)?.after.relationByKey(key);
  if (key === undefined || file.statements.at(-1)?.statement.index === at.statement.index) return false;
  if (!last?.columns.has(column)) return true;
  return [...last.constraints.values()].some((c) => c.kind === 'primaryKey' && c.columns.includes(column));
}

function fixesFor(at: AnalysedStatement, file: FileContext, sub: Subcommand, column: string): readonly Fix[] {
  const { name } = sub.table;
  const proof = notNullProof(name, column);
  if (!sub.alone || sub.table.relation?.constraints.has(proof.constraint) || isTaken(at, file, sub, column)) return [];
  const edit = replaceStatement(file, file.script, at.statement, [...guard(at, file), proof.add]);
  const files = newMigrations(file, [
    {
      name: `set_${name.name}_${column}_not_null`,
      up: [guardOfNew(), proof.validate, at.statement.text, proof.drop],
      down: [guardOfNew(), proof.add, proof.dropNotNull],
    },
  ]);
  if (!edit || !files) return [];
  const down = replaceInCounterpart(file, (s) => dropsNotNull(s, name.name, column), [proof.drop]);
  return [
    {
      title: 'Add a CHECK … NOT VALID now; VALIDATE and SET NOT NULL in a new migration',
      safety: 'review',
      edits: [{ uri: file.uri, edits: [edit] }, ...down],
      newFiles: files,
    },
  ];
}

function dropsNotNull(statement: Statement, table: string, column: string): boolean {
  const cmd = onlySubcommand(statement, table);
  return cmd?.subtype === 'AT_DropNotNull' && cmd.name === column;
}
