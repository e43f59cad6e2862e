import type { Finding } from '../../server/src/core/rules/rule.js';
import type { FileContext } from '../../server/src/core/statements/analysed.js';
import type { Span } from '../../server/src/core/text/span.js';

export interface Expectation {
  readonly rule: string;
  readonly severity: string;
  /** What the span of the finding covers, as `covered` gives it; ` … ` stands for anything. */
  readonly text: string;
  /** Index of the statement; undefined for a finding about the file. */
  readonly statement: number | undefined;
  readonly line: number;
}

export interface Marked {
  readonly expected: readonly Expectation[];
  /** Says that there is nothing to find. */
  readonly quiet: boolean;
  /** Markers that cannot be read, with what to write. */
  readonly wrong: readonly string[];
}

const MARKER = /^expect(-file)?:\s*([a-z0-9-]+)\s+(error|warning|information|hint)\s+@\s+(\S.*)$/;

/**
 * Markers in a fixture's comments:
 *   `-- expect: rule-id severity @ text`       on the statement that it is in or behind on the line, else the next one
 *   `-- expect-file: rule-id severity @ text`  a finding about the file
 *   `-- expect: none`                          the fixture is quiet
 * The text is all that the finding underlines, as `covered` gives it; of a long one the ends: `ALTER TABLE … NOT NULL`.
 * Its message, its exact place and its fixes are in `findings.txt` beside the fixture: `npm run fixtures` writes it.
 */
export function expectationsIn({ script }: FileContext): Marked {
  const expected: Expectation[] = [];
  const wrong: string[] = [];
  let quiet = false;
  for (const { text, span } of script.comments) {
    const words = text.trim();
    if (!/^expect(-file)?:/.test(words)) continue;
    if (/^expect:\s*none$/.test(words)) {
      quiet = true;
      continue;
    }
    const line = script.text.slice(0, span.start).split('\n').length;
    const match = MARKER.exec(words);
    if (!match) {
      wrong.push(`line ${line}: write \`-- expect: rule-id severity @ text that is underlined\`, not \`-- ${words}\``);
      continue;
    }
    const around = script.statements.find((s) => s.fullSpan.start <= span.start && span.start < s.fullSpan.end);
    const behind = script.statements.findLast(
      (s) => s.fullSpan.end <= span.start && !script.text.slice(s.fullSpan.end, span.start).includes('\n'),
    );
    const next = script.statements.find((s) => s.span.start >= span.end);
    const statement = match[1] ? undefined : (around ?? behind ?? next)?.index;
    expected.push({ rule: match[2]!, severity: match[3]!, text: match[4]!, statement, line });
  }
  return { expected, quiet, wrong };
}

/**
 * The text of a span on one line: comments left out unless there is nothing else, white space made single blanks.
 * What cannot be seen is told by its code points: `U+FEFF`.
 */
export function covered(text: string, { start, end }: Span): string {
  const raw = text.slice(start, end);
  const code = raw.replace(/--.*$/gm, '').trim();
  const seen = (code === '' ? raw : code).trim().replace(/\s+/g, ' ');
  return seen !== '' ? seen : [...raw].map((c) => `U+${c.codePointAt(0)!.toString(16).toUpperCase()}`).join(' ');
}

function agrees(marked: string, actual: string): boolean {
  const [head, tail] = marked.split(' … ');
  if (tail === undefined) return marked === actual;
  return actual.length > head!.length + tail.length && actual.startsWith(head!) && actual.endsWith(tail);
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
        f.severity === e.severity &&
        f.statement === e.statement &&
        agrees(e.text, covered(file.script.text, f.span)),
    );
    if (at >= 0) left.splice(at, 1);
    else out.push(`line ${e.line}: expected ${e.rule} ${e.severity} @ ${e.text}`);
  }
  for (const f of left) {
    const line = file.script.text.slice(0, f.span.start).split('\n').length;
    const what = `${f.rule} ${f.severity} @ ${covered(file.script.text, f.span)}`;
    out.push(`line ${line}: unexpected ${what}\n    ${f.message}`);
  }
  return out;
}
