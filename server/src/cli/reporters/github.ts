import { command, together } from '../printed.js';
import type { Reporter } from './report.js';

const LEVEL = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const;

/** Workflow commands: GitHub shows them at the lines of a pull request. */
export const github: Reporter = ({ findings, problems }) => {
  const found = findings.map((f) => {
    const place = { file: f.path, line: f.line, endLine: f.endLine, col: f.column };
    const end = f.endLine === f.line ? { endColumn: f.endColumn } : {};
    return command(LEVEL[f.severity], { ...place, ...end, title: f.rule }, f.message);
  });
  const unread = problems.map(({ path, message }) => command('error', { file: path }, message));
  return together([...unread, ...found]);
};
