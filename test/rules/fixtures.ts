import type { FileContext, Finding } from '../../server/src/core/rules/rule.js';

export interface Expectation {
  readonly rule: string;
  /** Part of the text that the finding's span covers; empty: anything. */
  readonly word: string;
  /** Index of the statement; undefined for a finding about the file. */
  readonly statement: number | undefined;
  readonly line: number;
}

/**
 * Markers in a fixture's comments:
 *   `-- expect: rule-id @ word`       on the statement that it is in or behind on the line, else the next one
 *   `-- expect-file: rule-id @ word`  a finding about the file
 *   `-- expect: none`                 the fixture is quiet
 */
export function expectationsIn(file: FileContext): {
  readonly expected: readonly Expectation[];
  readonly quiet: boolean;
} {
  const { script } = file;
  const expected: Expectation[] = [];
  let quiet = false;
  for (const { text, span } of script.comments) {
    const match = /^expect(-file)?:\s*([a-z0-9-]+)(?:\s*@\s*(.*))?$/.exec(text.trim());
    if (!match) continue;
    if (match[2] === 'none') {
      quiet = true;
      continue;
    }
    const line = script.text.slice(0, span.start).split('\n').length;
    const around = script.statements.find((s) => s.fullSpan.start <= span.start && span.start < s.fullSpan.end);
    const behind = script.statements.findLast(
      (s) => s.fullSpan.end <= span.start && !script.text.slice(s.fullSpan.end, span.start).includes('\n'),
    );
    const next = script.statements.find((s) => s.span.start >= span.end);
    const statement = match[1] ? undefined : (around ?? behind ?? next)?.index;
    expected.push({ rule: match[2]!, word: match[3]?.trim() ?? '', statement, line });
  }
  return { expected, quiet };
}

/** What is missing and what is too much, as readable lines; empty when all is as marked. */
export function differences(
  file: FileContext,
  findings: readonly Finding[],
  expected: readonly Expectation[],
): string[] {
  const left = [...findings];
  const out: string[] = [];
  for (const e of expected) {
    const at = left.findIndex(
      (f) =>
        f.rule === e.rule &&
        f.statement === e.statement &&
        file.script.text.slice(f.span.start, f.span.end).includes(e.word),
    );
    if (at >= 0) left.splice(at, 1);
    else out.push(`line ${e.line}: expected ${e.rule} @ ${e.word}`);
  }
  for (const f of left) {
    const line = file.script.text.slice(0, f.span.start).split('\n').length;
    out.push(`line ${line}: unexpected ${f.rule} @ ${file.script.text.slice(f.span.start, f.span.end)}: ${f.message}`);
  }
  return out;
}
