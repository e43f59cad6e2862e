import type { Rule } from './rule.js';

export const statementCutByTool: Rule = {
  id: 'statement-cut-by-tool',
  title: 'Statement that the migration tool cuts in two',
  danger: 'fails',
  severity: 'error',
  statements: [],
  directions: ['up', 'down'],
  sources: ['pressly/goose: README, "SQL Migrations"', 'rubenv/sql-migrate: README, "StatementBegin"'],
  *checkFile(file) {
    const { set, script, statements, mode } = file;
    const found = set?.tool.misread?.(script, { statements, mode, options: set.options }) ?? [];
    for (const { span, message, advice } of found) yield { span, message, detail: advice };
  },
};
