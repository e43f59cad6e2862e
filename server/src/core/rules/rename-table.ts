import type { RangeVar } from '@pgsql/types';
import { insertInCounterpart } from '../fixes/counterpart.js';
import { eolOf } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { guard, guardOfNew } from '../fixes/lockTimeout.js';
import { newMigrations } from '../plans/newMigrations.js';
import { unused } from '../plans/plan.js';
import type { Statement } from '../sql/script.js';
import { as, rangeVar } from '../sql/tree.js';
import { type ObjectName, qualified } from '../sql/write.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { spanFrom } from '../statements/spans.js';
import { type Subject, subjectOf } from '../statements/subject.js';
import { sharesTransaction } from '../transactions.js';
import type { Rule } from './rule.js';

const KINDS: Readonly<Record<string, 'table' | 'view'>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_FOREIGN_TABLE: 'table',
};

export const renameTable: Rule = {
  id: 'rename-table',
  title: 'Renames a table that running code uses, or moves it to another schema',
  danger: 'breaks-clients',
  severity: 'warning',
  statements: ['RenameStmt', 'AlterObjectSchemaStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME',
    'https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS',
    'squawk: renaming-table',
    'strong_migrations: renaming a table',
  ],
  *check(at, file) {
    const move = moveOf(at);
    if (!move) return;
    const { table, kind, to } = move;
    const { relation, display } = table;
    if (table.isNew || relation?.kind === 'sequence' || isIndex(at, table) || oldNameServed(at, file, move)) return;
    yield {
      span: spanFrom(at.statement, move.word),
      message: `${move.word === 'SET' ? 'Moving' : 'Renaming'} ${display} under ACCESS EXCLUSIVE breaks every query that still names it.`,
      detail:
        `While a release rolls out, old code names ${display} and new code names ${shown(to)}: one of them fails. A view with the old name, made in the same transaction, ` +
        `serves old code meanwhile: it reads and writes through. It does not serve TRUNCATE, LOCK TABLE, COPY … FROM and row locks by ctid, and it needs the privileges that the ${kind} had.`,
      related: relation
        ? [{ uri: relation.origin.uri, span: relation.origin.span, message: `${display} was created here.` }]
        : [],
      fixes: () => (kind === 'table' ? withView(at, file, move) : []),
    };
  },
};

/** A table or view gets another name, or another schema. */
interface Move {
  readonly table: Subject;
  readonly kind: 'table' | 'view';
  readonly word: 'RENAME' | 'SET';
  readonly to: ObjectName;
  readonly mayBeMissing: boolean;
}

function moveOf(at: AnalysedStatement): Move | undefined {
  return moveIn(at.statement, (relation) => subjectOf(at, relation));
}

function moveIn({ node }: Statement, subject: (relation: RangeVar | undefined) => Subject): Move | undefined {
  const rename = as(node, 'RenameStmt');
  const moved = as(node, 'AlterObjectSchemaStmt');
  const kind = KINDS[rename?.renameType ?? moved?.objectType ?? ''];
  const { relation, missing_ok } = rename ?? moved ?? {};
  if (!kind || !relation) return undefined;
  const table = subject(relation);
  const { schema, name } = table.name;
  const to = rename ? { schema, name: rename.newname ?? '' } : { schema: moved?.newschema, name };
  return { table, kind, word: rename ? 'RENAME' : 'SET', to, mayBeMissing: missing_ok === true && !table.relation };
}

function shown({ schema, name }: ObjectName): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

/** ALTER TABLE … RENAME takes the name of an index too. */
function isIndex(at: AnalysedStatement, table: Subject): boolean {
  return !table.relation && at.before.index(table.name.schema, table.name.name) !== undefined;
}

/** The old name goes on: a view of the table, or the table that takes its place; or this is the table that takes the place of another. */
function oldNameServed(at: AnalysedStatement, file: FileContext, { table, to }: Move): boolean {
  const { schema, name } = table.name;
  const key = table.relation?.key;
  const last = file.statements.at(-1)?.after;
  if (key === undefined ? last?.relation(schema, name) : last?.relationByKey(key)) return true;
  return file.statements.some(({ statement }) => {
    const earlier = as(statement.node, 'RenameStmt');
    if (statement.index >= at.statement.index || earlier?.renameType !== 'OBJECT_TABLE') return false;
    return earlier.relation?.relname === to.name;
  });
}

/** A view of all columns would stand in the way of statements that drop or retype one. */
function isChangedLater(at: AnalysedStatement, file: FileContext, { to }: Move): boolean {
  const key = at.after.relation(to.schema, to.name)?.key ?? shown(to);
  return file.statements.some(
    (s) =>
      s.statement.index > at.statement.index &&
      s.effect.locks.some((l) => l.relation === key && l.mode === 'ACCESS EXCLUSIVE'),
  );
}

function withView(at: AnalysedStatement, file: FileContext, move: Move): readonly Fix[] {
  const { statement } = at;
  const { table, to } = move;
  const kind = table.relation?.kind ?? 'table';
  if ((kind !== 'table' && kind !== 'partitionedTable') || move.mayBeMissing || isChangedLater(at, file, move))
    return [];
  const { schema, name } = table.name;
  // Without a schema the old name is that of the schema where the table was.
  const old = move.word === 'SET' ? (schema ?? table.relation?.schema) : schema;
  if (move.word === 'SET' && old === undefined) return [];
  const view = qualified(old, name);
  // From 15 on the view can check the caller's rights and row policies; before, it works with its owner's.
  const options = file.pg >= 15 ? ' WITH (security_invoker = true)' : '';
  const create = `CREATE VIEW ${view}${options} AS SELECT * FROM ${qualified(to.schema, to.name)}`;
  const alone = !sharesTransaction(at, file);
  const eol = eolOf(file.script);
  const before = [...(alone ? ['BEGIN'] : []), ...guard(at, file)].map((sql) => `${sql};${eol}`).join('');
  const after = [statement.text, create, ...(alone ? ['COMMIT'] : [])].join(`;${eol}`);
  const dropView = `DROP VIEW ${view}`;
  const up = [guardOfNew(), dropView];
  const files = newMigrations(file, [{ name: `drop_view_${name}`, when: unused(table.display), up, down: [create] }]);
  const down = insertInCounterpart(file, (s) => goesBack(s, move), [dropView]);
  const isLeft = file.counterpart !== undefined && file.counterpart.statements.length > 0 && down.length === 0;
  if (!files || isLeft) return [];
  return [
    {
      title: `Keep ${table.display} as a view of ${shown(to)} until nothing uses the old name`,
      safety: 'review',
      edits: [{ uri: file.uri, edits: [{ span: statement.span, newText: before + after }] }, ...down],
      newFiles: files,
    },
  ];
}

/** The statement of the down that gives the old name back. */
function goesBack(statement: Statement, { table, to, word }: Move): boolean {
  const back = moveIn(statement, (relation) => ({
    name: rangeVar(relation),
    display: '',
    relation: undefined,
    isNew: false,
  }));
  return back?.word === word && back.table.name.name === to.name && back.to.name === table.name.name;
}
