import { typeName } from '../sql/names.js';
import { hasUsing, lengthCheckFix, type ColumnTypeChange, typeChanges } from './lib/typeChanges.js';
import type { Rule } from './rule.js';

export const changeTypeNarrows: Rule = {
  id: 'change-type-narrows',
  title: 'Type change that loses values or fails on them',
  danger: 'loses-data',
  severity: 'error',
  statements: ['AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/datatype.html',
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE',
    'atlas: DS (destructive changes), MF (data dependent changes)',
  ],
  *check(at, file) {
    for (const change of typeChanges(at)) {
      const { column, columnName, table, toSql, verdict } = change;
      if (!column || !verdict?.mayLose) continue;
      const name = `${table.display}.${columnName}`;
      const from = typeName(column.type);
      // A USING that computes says that somebody has thought about the values.
      const computed = verdict.mayLose === 'fails' && hasUsing(change) && /^USING computes/.test(verdict.reason);
      if (computed) continue;
      yield {
        span: change.span,
        ...(verdict.mayLose === 'precision' ? { severity: 'warning' as const } : {}),
        message: messageOf(name, from, toSql, verdict.mayLose),
        detail: `${detailOf(change, from)} Look for such values first, on the data it will meet, and decide what becomes of them. The down cannot bring back what is cut off or rounded.`,
        related: [{ uri: column.origin.uri, span: column.origin.span, message: `${columnName} is ${from} since here.` }],
        fixes: lengthCheckFix(at, file, change),
      };
    }
  },
};

function messageOf(name: string, from: string, to: string, mayLose: 'data' | 'precision' | 'fails'): string {
  switch (mayLose) {
    case 'data':
      return `${from} to ${to} cuts off part of the values of ${name}, and nothing brings it back.`;
    case 'precision':
      return `${from} to ${to} rounds the values of ${name}, and nothing brings them back.`;
    case 'fails':
      return `${from} to ${to} fails on the first value of ${name} that does not fit.`;
  }
}

function detailOf({ to, toSql, verdict }: ColumnTypeChange, from: string): string {
  switch (verdict?.mayLose) {
    case 'data':
      return `A ${from} holds more than a ${toSql} can.`;
    case 'precision':
      return `PostgreSQL rounds without a word where ${toSql} is less exact than ${from}.`;
    default:
      return to.mods.length > 0 && to.name !== 'numeric'
        ? `A value that is too long raises an error (22001), unless only spaces are cut off: the migration fails, maybe only in production.`
        : `A value out of range or of another form raises an error: the migration fails, maybe only in production. Until then ACCESS EXCLUSIVE blocks reads and writes while the rows are converted.`;
  }
}
