import { editFix, eolOf, insert } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { elementParts } from '../sql/parts.js';
import { parsesCleanly } from '../sql/read.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { tokenAt } from '../statements/clause.js';
import { isJoinTable, newTable } from '../statements/newColumns.js';
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
  *check(at, file) {
    const table = newTable(at);
    if (!table?.complete || table.parents.length > 0 || isJoinTable(table)) return;
    // A lookup of one or two columns has no history of its own.
    if (table.columns.size < 3) return;
    const columns = [...table.columns.values()];
    // Any point in time tells when the row came to be (created_at, inserted_at, occurred_at, start_time …).
    if (columns.some((column) => TIME_TYPES.has(column.type.name))) return;
    if (columns.some((column) => /(^|_)(created|updated|modified|inserted)(_|$)|_at$/i.test(column.name))) return;
    const { node } = at.statement;
    yield {
      span: 'CreateStmt' in node ? tokenAt(at.statement, node.CreateStmt.relation?.location) : at.statement.span,
      message: `${table.name} does not say when a row was made or changed: add created_at and updated_at.`,
      detail:
        'Times of creation and change are missed first when something went wrong, and for old rows they cannot be found out later. ' +
        'created_at timestamptz NOT NULL DEFAULT now() costs eight bytes.',
      fixes: () => addColumns(at, file),
    };
  },
};

/** Two columns behind the last one. */
function addColumns({ statement }: AnalysedStatement, file: FileContext): readonly Fix[] {
  const elements = 'CreateStmt' in statement.node ? (statement.node.CreateStmt.tableElts ?? []) : [];
  const last = elements.findLastIndex((e) => 'ColumnDef' in e);
  const parts = elementParts(statement);
  const at = parts.length === elements.length ? parts[last]?.end : undefined;
  if (at === undefined) return [];
  const { text, span } = statement;
  const first = parts[0]!.start;
  const lineStart = text.lastIndexOf('\n', first - span.start) + 1;
  const lead = text.slice(lineStart, first - span.start);
  const glue = lineStart > 0 && lead.trim() === '' ? `,${eolOf(file.script)}${lead}` : ', ';
  const newText = ['created_at', 'updated_at']
    .map((name) => `${glue}${name} timestamptz NOT NULL DEFAULT now()`)
    .join('');
  const result = text.slice(0, at - span.start) + newText + text.slice(at - span.start);
  return parsesCleanly(result) ? [editFix(file, 'Add created_at and updated_at', 'review', [insert(at, newText)])] : [];
}
