import { plural, type Reported, type Reporter } from './report.js';

const COLOURS = { error: 31, warning: 33, information: 36, hint: 90 } as const;

/** For people: findings by file, then a count. */
export const text: Reporter = (report, { colour }) => {
  const paint = (code: number, words: string) => (colour ? `\u001B[${code}m${words}\u001B[0m` : words);
  const lines: string[] = [];
  let path = '';
  for (const finding of report.findings) {
    if (finding.path !== path) {
      if (lines.length > 0) lines.push('');
      path = finding.path;
      lines.push(paint(1, path));
    }
    const severity = paint(COLOURS[finding.severity], finding.severity);
    lines.push(`  ${finding.line}:${finding.column}  ${severity}  ${finding.message}  ${paint(90, finding.rule)}`);
  }
  if (lines.length > 0) lines.push('');
  lines.push(
    `${summary(report.findings)} in ${plural(report.files, 'file')} (${plural(report.statements, 'statement')}).`,
  );
  return `${lines.join('\n')}\n`;
};

function summary(findings: readonly Reported[]): string {
  if (findings.length === 0) return 'Nothing found';
  const counts = (['error', 'warning', 'information', 'hint'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [severity === 'information' ? `${count} information` : plural(count, severity)];
  });
  return counts.join(', ');
}
