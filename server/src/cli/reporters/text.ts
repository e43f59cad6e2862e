import { line, type Printed, painted, together } from '../printed.js';
import { LEVELS, plural, type Report, type Reporter } from './report.js';

const COLOURS = { error: 31, warning: 33, information: 36, hint: 90 } as const;

/** For people: findings by file, each with what would make it go away, then a count. */
export const text: Reporter = (report, { colour }) => {
  const paint = (code: number, words: string) => (colour ? painted(code, words) : words);
  const lines: Printed[] = [];
  let path: string | undefined;
  for (const finding of report.findings) {
    if (finding.path !== path) {
      if (lines.length > 0) lines.push(line``);
      path = finding.path;
      lines.push(line`${paint(1, path)}`);
    }
    const severity = paint(COLOURS[finding.severity], finding.severity);
    lines.push(line`  ${finding.line}:${finding.column}  ${severity}  ${finding.message}  ${paint(90, finding.rule)}`);
    const [fix] = finding.fixes;
    if (fix) lines.push(line`${paint(90, `    fix: ${fix.title}${fix.safe ? ' (--fix)' : ''}`)}`);
  }
  if (lines.length > 0) lines.push(line``);
  return together([...lines, ...summary(report).map((words) => line`${words}`)]);
};

function summary({ findings, files, statements, problems }: Report): readonly string[] {
  const counts = LEVELS.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [severity === 'information' ? `${count} information` : plural(count, severity)];
  });
  const found = counts.join(', ') || 'Nothing found';
  const lines = [`${found} in ${plural(files, 'file')} (${plural(statements, 'statement')}).`];
  const fixable = findings.filter((finding) => finding.fixes.some((fix) => fix.safe)).length;
  if (fixable > 0) lines.push(`${fixable} can be fixed with lockstep lint --fix FILES.`);
  if (problems.length > 0) lines.push(`Not all could be looked at: ${plural(problems.length, 'problem')}, see above.`);
  return lines;
}
