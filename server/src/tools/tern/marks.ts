import type { Cut, Part } from '../../core/migrations/layout.js';
import type { Mask } from '../../core/sql/script.js';
import type { Span } from '../../core/text/span.js';
import { utf8Length } from '../../core/text/utf8.js';

export const SEPARATOR = '---- create above / drop below ----';
export const OUTSIDE = '---- tern: disable-tx ----';

/** migrate/migrate.go, LoadMigrations: up before the first separator, wherever it stands, down behind it; without one no way back. */
export function cut(text: string): Cut {
  const at = text.indexOf(SEPARATOR);
  const ends = at < 0 ? text.length : at;
  const down = at < 0 ? undefined : { start: at + SEPARATOR.length, end: text.length };
  const hasDown = down !== undefined && text.slice(down.start).trim() !== '';
  return {
    up: part(text, { start: 0, end: ends }),
    down: hasDown ? part(text, down) : undefined,
    problem: problemIn(text, ends),
  };
}

function part(text: string, within: Span): Part {
  const sql = text.slice(within.start, within.end);
  const marks = Array.from(sql.matchAll(/^---- tern: disable-tx ----/gm), ({ index }): Span => {
    const start = within.start + index;
    return { start, end: start + OUTSIDE.length };
  });
  return {
    section: { within: [within], head: { start: 0, end: 0 }, marks, masks: templatesIn(sql, within.start) },
    // The line has to be that and no more: one that ends with CRLF is another.
    transaction: /(^|\n)---- tern: disable-tx ----(?=\n|$)/.test(sql.trim()) ? 'bare' : 'wrapped',
  };
}

/** Go's text/template: a value in a statement stands for a name; what has a line of its own stands for anything. */
function templatesIn(sql: string, from: number): readonly Mask[] {
  return Array.from(sql.matchAll(/\{\{[^\n]*?\}\}/g), (match): Mask => {
    const [start, end] = [match.index, match.index + match[0].length];
    const line = sql.slice(sql.lastIndexOf('\n', start - 1) + 1, (sql.indexOf('\n', end) + 1 || sql.length + 1) - 1);
    const length = utf8Length(match[0]);
    const text = line.trim() === match[0] ? ' '.repeat(length) : `_${'x'.repeat(length - 1)}`;
    return { start: from + start, end: from + end, text };
  });
}

/** What tern stops at, in words. */
function problemIn(text: string, ends: number): Cut['problem'] {
  const lines = text.slice(0, ends).split('\n');
  if (lines.some((line) => line.trim() !== '' && !line.trim().startsWith('--'))) return undefined;
  const message = `has no SQL before ${SEPARATOR}: tern refuses the folder.`;
  return { message, span: { start: 0, end: 0 } };
}
