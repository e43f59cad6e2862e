import type { Cut, Part } from '../../core/migrations/layout.js';
import type { Span } from '../../core/text/span.js';
import { type Line, linesOf } from '../lib/lines.js';

/** Marks around a statement with semicolons at the ends of its lines. */
export const STATEMENT = { begin: '-- +migrate StatementBegin', end: '-- +migrate StatementEnd' };
export const OUTSIDE = ' notransaction';

const COMMANDS = ['Up', 'Down', 'StatementBegin', 'StatementEnd'] as const;

interface Found {
  readonly line: Line;
  /** Undefined: none that sql-migrate knows; it passes over the line without a word. */
  readonly command: (typeof COMMANDS)[number] | undefined;
  readonly options: readonly string[];
}

/** sqlparse/sqlparse.go, parseCommand: exactly `-- +migrate ` at the beginning of a line, then words; case counts. */
function commandsIn(text: string): readonly Found[] {
  if (!text.includes('+migrate')) return [];
  return [...linesOf(text)].flatMap((line): Found[] => {
    if (!/^\s*--\s*\+migrate\b/.test(line.text)) return [];
    const [word, ...options] = line.text.startsWith('-- +migrate ') ? line.text.slice(12).trim().split(/\s+/) : [];
    return [{ line, command: COMMANDS.find((command) => command === word), options }];
  });
}

/** The halves of a file, as ParseMigration walks through it: each may have several parts, which run one behind the other. */
export function cut(text: string): Cut {
  const found = commandsIn(text);
  const problem = problemIn(text, found);
  const heads = found.filter(({ command }) => command === 'Up' || command === 'Down');
  const head = { start: 0, end: heads[0]?.line.start ?? 0 };
  const part = (direction: 'Up' | 'Down'): Part | undefined => {
    const own = heads.filter(({ command }) => command === direction);
    if (own.length === 0) return undefined;
    const within = own.map(
      ({ line }): Span => ({
        start: line.next,
        end: heads.find((other) => other.line.start > line.start)?.line.start ?? text.length,
      }),
    );
    const marks = found
      .map(({ line }): Span => ({ start: line.start, end: line.end }))
      .filter((mark) => within.some(({ start, end }) => mark.start >= start && mark.end <= end));
    const isBare = own.some(({ options }) => options.includes(OUTSIDE.trim()));
    return { section: { within, head, marks }, transaction: isBare ? 'bare' : 'stepwise' };
  };
  return { up: part('Up'), down: part('Down'), problem };
}

/** What sql-migrate stops at or silently does something else with, in words; the first of it. */
function problemIn(text: string, found: readonly Found[]): Cut['problem'] {
  const at = ({ start, end }: Span, message: string) => ({ message, span: { start, end } });
  const odd = found.find(({ command }) => command === undefined);
  if (odd)
    return at(
      odd.line,
      'holds a line that is no mark for sql-migrate, which passes over it: what follows belongs to the half before. Write it like -- +migrate Down, at the beginning of the line.',
    );
  const first = found.find(({ command }) => command === 'Up' || command === 'Down');
  if (!first)
    return at({ start: 0, end: 0 }, 'has no -- +migrate Up: sql-migrate refuses the file, and with it the folder.');
  const before = [...linesOf(text.slice(0, first.line.start))].find(
    (line) => line.text.trim() !== '' && !line.text.startsWith('--'),
  );
  if (before)
    return at(before, 'has text before its first mark, which sql-migrate never runs. Move it behind -- +migrate Up.');
  if (!found.some(({ command }) => command === 'Up'))
    return at(first.line, 'has no -- +migrate Up: sql-migrate would record it without running anything.');
  let open: Found | undefined;
  for (const one of found.slice(found.indexOf(first))) {
    if (one.command === 'StatementBegin') open ??= one;
    else if (one.command === 'StatementEnd') open = undefined;
    else if (open) break;
  }
  return open && at(open.line, 'has a StatementBegin without a StatementEnd: sql-migrate refuses the file.');
}

/** The ranges between the marks of statements. */
export function statementRanges(text: string): readonly Span[] {
  const ranges: Span[] = [];
  let start: number | undefined;
  for (const { line, command } of commandsIn(text)) {
    if (command === 'StatementBegin') start ??= line.next;
    if (command === 'StatementEnd' && start !== undefined) {
      ranges.push({ start, end: line.start });
      start = undefined;
    }
  }
  return ranges;
}
