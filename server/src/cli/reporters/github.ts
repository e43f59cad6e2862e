import type { Reporter } from './report.js';

const LEVEL = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const;

/** Workflow commands: GitHub shows them at the lines of a pull request. */
export const github: Reporter = ({ findings, problems }) => {
  const found = findings.map((f) => {
    const columns = `col=${f.column}${f.endLine === f.line ? `,endColumn=${f.endColumn}` : ''}`;
    const place = `file=${property(f.path)},line=${f.line},endLine=${f.endLine},${columns}`;
    return `::${LEVEL[f.severity]} ${place},title=${property(f.rule)}::${data(f.message)}\n`;
  });
  const unread = problems.map(({ path, message }) => `::error file=${property(path)}::${data(message)}\n`);
  return [...unread, ...found].join('');
};

/** Escapes as @actions/core does (packages/core/src/command.ts). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
