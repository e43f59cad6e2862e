import { tokenAt } from './lib/clause.js';
import { isJoinTable, newColumns, newTable } from './lib/newColumns.js';
import type { Rule } from './rule.js';

const TIME_TYPES: ReadonlySet<string> = new Set(['timestamptz', 'timestamp', 'date']);

export const missingTimestamps: Rule = {
  id: 'missing-timestamps',
  title: 'Table without a time of creation or change',
  danger: 'style',
  severity: 'hint',
  statements: ['CreateStmt'],
  directions: ['up'],
  sources: ['Rails: timestamps in create_table', 'Laravel: $table->timestamps()'],
  *check(at) {
    const table = newTable(at);
    if (!table?.complete || table.parents.length > 0 || isJoinTable(table)) return;
    // A lookup of one or two columns has no history of its own.
    if (table.columns.size < 3) return;
    const columns = newColumns(at, table);
    // Any point in time tells when the row came to be (created_at, inserted_at, occurred_at, start_time …).
    if (columns.some(({ column }) => TIME_TYPES.has(column.type.name))) return;
    if (columns.some(({ column }) => /(^|_)(created|updated|modified|inserted)(_|$)|_at$/i.test(column.name))) return;
    const { node } = at.statement;
    yield {
      span: 'CreateStmt' in node ? tokenAt(at.statement, node.CreateStmt.relation?.location) : at.statement.span,
      message: `${table.name} does not say when a row was made or changed: add created_at and updated_at.`,
      detail:
        'Times of creation and change are missed first when something went wrong, and for old rows they cannot be found out later. ' +
        'created_at timestamptz NOT NULL DEFAULT now() costs eight bytes.',
    };
  },
};
