import { as } from '../catalog/nodes.js';
import { qualified, quoteIdent } from '../sql/write.js';
import { insertInCounterpart } from './lib/counterpart.js';
import { eolOf, newMigrations } from './lib/fix.js';
import { spanFrom } from './lib/spans.js';
import { type Subject, subjectOf } from './lib/subject.js';
import { guard, guardOfNew } from './lib/tables.js';
import type { AnalysedStatement, FileContext, Fix, Rule } from './rule.js';

const KINDS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_FOREIGN_TABLE: 'table',
};

export const renameTable: Rule = {
  id: 'rename-table',
  title: 'Renames a table that running code uses',
  danger: 'breaks-clients',
  severity: 'warning',
  statements: ['RenameStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME',
    'https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS',
    'squawk: renaming-table',
    'strong_migrations: renaming a table',
  ],
  *check(at, file) {
    const rename = as(at.statement.node, 'RenameStmt');
    const kind = KINDS[rename?.renameType ?? ''];
    if (!rename || !kind) return;
    const table = subjectOf(at, rename.relation);
    const to = rename.newname ?? '';
    if (table.isNew || table.relation?.kind === 'sequence' || isIndex(at, table) || oldNameServed(at, file, table))
      return;
    yield {
      span: spanFrom(at.statement, 'RENAME'),
      message: `Renaming ${table.display} under ACCESS EXCLUSIVE breaks every query that still names it.`,
      detail:
        `While a release rolls out, old code names ${table.display} and new code names ${to}: one of them fails. A view with the old name, made in the same transaction, ` +
        `serves old code meanwhile: it reads and writes through. It does not serve TRUNCATE, LOCK TABLE, COPY … FROM and row locks by ctid, and it needs the privileges that the ${kind} had.`,
      related: table.relation
        ? [
            {
              uri: table.relation.origin.uri,
              span: table.relation.origin.span,
              message: `${table.display} was created here.`,
            },
          ]
        : [],
      fixes: kind === 'table' ? withView(at, file, table, to) : [],
    };
  },
};

/** ALTER TABLE … RENAME takes the name of an index too. */
function isIndex(at: AnalysedStatement, table: Subject): boolean {
  return !table.relation && at.before.index(table.name.schema, table.name.name) !== undefined;
}

/** The old name goes on: a view of the table, or the table that takes its place; or this is the table that takes the place of another. */
function oldNameServed(at: AnalysedStatement, file: FileContext, table: Subject): boolean {
  const { schema, name } = table.name;
  const last = file.statements.at(-1);
  if (
    last !== undefined &&
    last.statement.index > at.statement.index &&
    last.after.relation(schema, name) !== undefined
  )
    return true;
  const to = as(at.statement.node, 'RenameStmt')?.newname;
  return file.statements.some(({ statement }) => {
    const earlier = as(statement.node, 'RenameStmt');
    return (
      statement.index < at.statement.index && earlier?.renameType === 'OBJECT_TABLE' && earlier.relation?.relname === to
    );
  });
}

/** A view of all columns would stand in the way of statements that drop or retype one. */
function isChangedLater(at: AnalysedStatement, file: FileContext, table: Subject, to: string): boolean {
  const key = at.after.relation(table.name.schema, to)?.key ?? to;
  return file.statements.some(
    (s) =>
      s.statement.index > at.statement.index &&
      s.effect.locks.some((l) => l.relation === key && l.mode === 'ACCESS EXCLUSIVE'),
  );
}

function withView(at: AnalysedStatement, file: FileContext, table: Subject, to: string): readonly Fix[] {
  const { statement } = at;
  const isTable =
    table.relation === undefined || table.relation.kind === 'table' || table.relation.kind === 'partitionedTable';
  if (!isTable || isChangedLater(at, file, table, to)) return [];
  const { schema, name } = table.name;
  const view = qualified(schema, name);
  // From 15 on the view can check the caller's rights and row policies; before, it works with its owner's.
  const options = file.pg >= 15 ? ' WITH (security_invoker = true)' : '';
  const create = `CREATE VIEW ${view}${options} AS SELECT * FROM ${qualified(schema, to)}`;
  const alone = !at.inTransaction && (file.migration === undefined || file.migration.transaction === 'none');
  const eol = eolOf(file.script);
  const before = [...(alone ? ['BEGIN'] : []), ...guard(at, file)].map((sql) => `${sql};${eol}`).join('');
  const after = [statement.text, create, ...(alone ? ['COMMIT'] : [])].join(`;${eol}`);
  const dropView = `DROP VIEW ${view}`;
  const files = newMigrations(file, [
    {
      name: `drop_view_${name}`,
      up: [
        `-- Apply this only when no running version of the application uses ${quoteIdent(name)} any more.`.replace(
          /[\r\n]+/g,
          ' ',
        ),
        guardOfNew(file),
        dropView,
      ],
      down: [create],
    },
  ]);
  if (!files) return [];
  const down = insertInCounterpart(
    file,
    (s) => {
      const back = as(s.node, 'RenameStmt');
      return back?.renameType === 'OBJECT_TABLE' && back.relation?.relname === to && back.newname === name;
    },
    [dropView],
  );
  if (file.counterpart && file.counterpart.statements.length > 0 && down.length === 0) return [];
  return [
    {
      title: `Keep ${name} as a view of ${to} until nothing uses the old name`,
      safety: 'review',
      edits: [{ uri: file.uri, edits: [{ span: statement.span, newText: before + after }] }, ...down],
      newFiles: files,
    },
  ];
}
