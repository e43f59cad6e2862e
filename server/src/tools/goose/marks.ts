import type { Cut } from '../../core/migrations/layout.js';
import type { Mask, Section } from '../../core/sql/script.js';
import type { Span } from '../../core/text/span.js';
import { utf8Length } from '../../core/text/utf8.js';
import { type Line, linesOf } from '../lib/lines.js';

/** Marks around a statement with semicolons at the ends of its lines. */
export const STATEMENT = { begin: '-- +goose StatementBegin', end: '-- +goose StatementEnd' };
export const NO_TRANSACTION = '-- +goose NO TRANSACTION';

/** internal/sqlparser/parser.go, supportedAnnotations; upper and lower case are the same. */
const KNOWN = ['up', 'down', 'statementbegin', 'statementend', 'no transaction', 'envsub on', 'envsub off'] as const;
type Annotation = (typeof KNOWN)[number];

interface Found {
  readonly line: Line;
  /** Undefined: none that goose knows. */
  readonly annotation: Annotation | undefined;
}

/** Lines that goose takes for annotations: they begin with `--`, behind blanks too, and hold `+goose`. */
function annotationsIn(text: string): readonly Found[] {
  // Most texts that are asked about hold none.
  if (!text.includes('+goose')) return [];
  return [...linesOf(text)].flatMap((line) => {
    if (!isComment(line.text) || !line.text.includes('+goose')) return [];
    const words = line.text.replaceAll('--', '').replace('+goose', '').trim().toLowerCase();
    const indented = /^[ \t]/.test(line.text);
    return [{ line, annotation: indented ? undefined : KNOWN.find((known) => known === words) }];
  });
}

/** Begins with `--`, behind blanks too: for Go a byte order mark is none. */
function isComment(line: string): boolean {
  return /^[^\S\uFEFF]*--/.test(line);
}

/** The halves of a file, as ParseSQLMigration walks through it: Up first, then Down; one transaction for the whole file or none. */
export function cut(text: string): Cut {
  const found = annotationsIn(text);
  const problem = problemIn(text, found);
  const up = found.find((f) => f.annotation === 'up');
  if (!up) return { up: undefined, down: undefined, problem };
  const down = found.find((f) => f.annotation === 'down' && f.line.start > up.line.start);
  const transaction = found.some((f) => f.annotation === 'no transaction') ? 'bare' : 'stepwise';
  const head = { start: 0, end: up.line.start };
  const part = (within: Span) => ({ section: sectionOf(text, within, head, found), transaction }) as const;
  return {
    up: part({ start: up.line.next, end: down?.line.start ?? text.length }),
    down: down && part({ start: down.line.next, end: text.length }),
    problem,
  };
}

function sectionOf(text: string, within: Span, head: Span, found: readonly Found[]): Section {
  const inside = found.filter(({ line }) => line.start >= within.start && line.end <= within.end);
  return {
    within: [within],
    head,
    marks: inside.map(({ line: { start, end } }) => ({ start, end })),
    masks: variablesIn(text, inside, within),
  };
}

/** Between ENVSUB ON and OFF the environment is put in: `$NAME`, `${NAME}`, `${NAME:-default}` (mfridman/interpolate). */
function variablesIn(text: string, inside: readonly Found[], within: Span): readonly Mask[] {
  const masks: Mask[] = [];
  let from: number | undefined;
  for (const { line, annotation } of [
    ...inside,
    { line: { start: within.end, next: within.end }, annotation: 'envsub off' },
  ]) {
    if (annotation === 'envsub on') from ??= line.next;
    if (annotation !== 'envsub off' || from === undefined) continue;
    for (const match of text.slice(from, line.start).matchAll(/\$\{[^}\n]*\}|\$[A-Za-z_]\w*/g)) {
      const start = from + match.index;
      masks.push({ start, end: start + match[0].length, text: `_${'x'.repeat(utf8Length(match[0]) - 1)}` });
    }
    from = undefined;
  }
  return masks;
}

/** What goose stops at, in words; the first of it. */
function problemIn(text: string, found: readonly Found[]): Cut['problem'] {
  const at = ({ line: { start, end } }: Found, message: string) => ({ message, span: { start, end } });
  let state: 'start' | 'up' | 'down' = 'start';
  let open: Found | undefined;
  for (const one of found) {
    switch (one.annotation) {
      case undefined:
        return at(
          one,
          'holds an annotation that goose does not know, or with blanks before it: goose refuses the file.',
        );
      case 'up':
        if (state !== 'start') return at(one, 'has a second -- +goose Up: goose refuses the file.');
        state = 'up';
        break;
      case 'down':
        if (state !== 'up')
          return at(one, 'has a -- +goose Down that does not follow one -- +goose Up: goose refuses the file.');
        if (open) return at(open, 'has a StatementBegin without a StatementEnd: goose refuses the file.');
        state = 'down';
        break;
      case 'statementbegin':
        if (state === 'start' || open)
          return at(
            one,
            'has a StatementBegin where goose does not allow it: it belongs behind Up or Down, and ends before the next one.',
          );
        open = one;
        break;
      case 'statementend':
        if (!open) return at(one, 'has a StatementEnd without a StatementBegin: goose refuses the file.');
        open = undefined;
        break;
      default:
    }
  }
  if (open) return at(open, 'has a StatementBegin without a StatementEnd: goose refuses the file.');
  const up = found.find((f) => f.annotation === 'up');
  const before = [...linesOf(up ? text.slice(0, up.line.start) : text)].find(
    (line) => line.text.trim() !== '' && !isComment(line.text),
  );
  if (!up || before) {
    const { start, end } = before ?? { start: 0, end: 0 };
    return { message: 'does not begin with -- +goose Up: goose refuses the file.', span: { start, end } };
  }
  return undefined;
}

/** The ranges between the marks of statements. */
export function statementRanges(text: string): readonly Span[] {
  const ranges: Span[] = [];
  let start: number | undefined;
  for (const { line, annotation } of annotationsIn(text)) {
    if (annotation === 'statementbegin') start = line.next;
    if (annotation === 'statementend' && start !== undefined) {
      ranges.push({ start, end: line.start });
      start = undefined;
    }
  }
  return ranges;
}
