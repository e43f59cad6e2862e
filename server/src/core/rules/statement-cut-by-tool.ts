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
    for (const { span, message, advice } of file.set?.tool.misread?.(file.script) ?? []) {
      yield {
        span,
        message,
        detail: `The tool does not know SQL: it looks at the ends of lines. ${advice}`,
      };
    }
  },
};
