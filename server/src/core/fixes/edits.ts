import type { Script, Statement } from '../sql/script.js';
import { sqlText } from '../sql/sqlText.js';
import type { FileContext } from '../statements/analysed.js';
import type { Change } from '../text/change.js';
import { firstWhere } from '../text/ordered.js';
import type { Span, TextEdit } from '../text/span.js';
import { opensTransaction } from '../transactions.js';
import type { Fix } from './fix.js';

/** The line end that a script uses: `\r\n` where it has one. */
export function eolOf(script: Script): string {
  return script.text.includes('\r\n') ? '\r\n' : '\n';
}

/** A fix that only changes this file. */
export function editFix(file: FileContext, title: string, safety: Fix['safety'], edits: readonly TextEdit[]): Fix {
  return { title, safety, edits: [{ uri: file.uri, edits }], newFiles: [] };
}

export function replace(span: Span, newText: string): TextEdit {
  return { span, newText };
}

export function insert(offset: number, newText: string): TextEdit {
  return { span: { start: offset, end: offset }, newText };
}

/**
 * Other statements in place of this one, with the marks that the file's tool wants around them; its semicolon stays. Nothing
 * when they do not parse.
 */
export function replaceStatement(
  file: FileContext,
  script: Script,
  statement: Statement,
  statements: readonly string[],
): TextEdit | undefined {
  const eol = eolOf(script);
  const sql = sqlText(statements, eol);
  if (sql === undefined) return undefined;
  const { span, fullSpan } = statement;
  const marked = file.set?.tool.enclose?.(sql, { text: script.text, span }) ?? sql;
  if (marked !== sql) return replace(fullSpan, onLinesOfItsOwn(script.text, fullSpan, marked, eol));
  return replace(span, fullSpan.end > span.end ? sql.replace(/;$/, '') : sql);
}

/** Marks are lines: what else is on the line of the place moves to others. */
function onLinesOfItsOwn(text: string, { start, end }: Span, marked: string, eol: string): string {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() !== '';
  const behind = text.slice(end, endOfLine(text, end)).trim() !== '';
  return `${before ? eol : ''}${eol === '\n' ? marked : marked.replace(/\r?\n/g, eol)}${behind ? eol : ''}`;
}

/** The statement with its semicolon, and the line when nothing else is on it. */
export function removeStatement(script: Script, statement: Statement): TextEdit {
  const { text } = script;
  const { start, end } = statement.fullSpan;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  const alone = /^\uFEFF?\s*$/.test(text.slice(lineStart, start)) && text.slice(end, lineEnd).trim() === '';
  const from = alone ? Math.max(lineStart, text.startsWith('\uFEFF') ? 1 : 0) : start;
  return replace({ start: from, end: alone ? lineEnd : end }, '');
}

/** As `removeStatement`, with the comments that belong to the statement: right above it, and behind it on its line. */
export function takeOut(
  script: Script,
  statement: Statement,
): { readonly edit: TextEdit; readonly comments: readonly string[] } {
  const { text } = script;
  // Above the first statement stands what is said about the whole file.
  const from = statement.index === 0 ? statement.fullSpan.start : withCommentsAbove(script, statement);
  const lineEnd = endOfLine(text, statement.fullSpan.end);
  const behind = script.comments.filter((c) => c.span.start >= statement.fullSpan.end && c.span.end <= lineEnd);
  const to = behind.at(-1)?.span.end ?? statement.fullSpan.end;
  const own = script.comments.filter(
    (c) => (c.span.start >= from && c.span.end <= statement.span.start) || behind.includes(c),
  );
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const alone = text.slice(lineStart, from).trim() === '' && text.slice(to, lineEnd).trim() === '';
  const span = alone ? { start: lineStart, end: Math.min(lineEnd + 1, text.length) } : { start: from, end: to };
  const comments = own
    .map((c) => text.slice(c.span.start, c.span.end))
    .map((c) =>
      c.startsWith('--')
        ? c
        : `-- ${c
            .replace(/^\/\*+|\*+\/$/g, '')
            .split(/[\r\n]+/)
            .map((line) => line.trim())
            .join(' ')
            .trim()}`,
    );
  return { edit: replace(span, ''), comments };
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

/** The start of the statement's line, or of the comment lines right above it; the statement itself when something else is on its line. */
export function withCommentsAbove(script: Script, statement: Statement): number {
  const { text } = script;
  const lineStart = (offset: number) => text.lastIndexOf('\n', offset - 1) + 1;
  const bom = text.startsWith('\uFEFF') ? 1 : 0;
  const marks = script.directives.filter((d) => d.kind === 'mark');
  let at = lineStart(statement.span.start);
  if (text.slice(Math.max(at, bom), statement.span.start).trim() !== '') return statement.span.start;
  while (at > 0) {
    // The comment that the line above ends with, when nothing else stands on its lines.
    const above = at;
    const comment = script.comments[firstWhere(script.comments, (c) => c.span.end > above) - 1];
    if (!comment || !/^[ \t]*\r?\n$/.test(text.slice(comment.span.end, at))) break;
    const start = lineStart(comment.span.start);
    const marker = marks.some((d) => d.span.start >= start && d.span.start < above);
    if (marker || text.slice(Math.max(start, bom), comment.span.start).trim() !== '') break;
    at = start;
  }
  return Math.max(at, bom);
}

/** Statements besides this one that do something: settings and transaction control do not count. */
export function isOnlyStatement(file: FileContext, statement: Statement): boolean {
  return (
    file.script.errors.length === 0 && file.statements.every(({ statement: s }) => s === statement || isPreparation(s))
  );
}

/** A statement that sets something or begins or ends a transaction: alone it changes no schema. */
export function isPreparation(statement: Statement): boolean {
  return statement.kind === 'VariableSetStmt' || statement.kind === 'TransactionStmt';
}

/** How the folder's tool is told to run a migration without a transaction, in parentheses; empty when it has no way to say so. */
export function wayOut({ set }: FileContext): string {
  const way = set?.tool.words.withoutTransaction;
  return way === undefined ? '' : ` (${way})`;
}

/** What takes this file out of the transaction that its tool opens around it; undefined when there is none to leave. */
export function leavingTransaction(file: FileContext): Change | undefined {
  if (!opensTransaction(file.mode)) return undefined;
  const half = file.direction === 'up' ? file.migration?.up : file.migration?.down;
  return half && file.set?.tool.leaveTransaction?.(half, file.direction);
}

/** The tool opens a transaction around its files, and none of them can be taken out of it. */
export function staysInTransaction({ mode, set }: FileContext): boolean {
  return opensTransaction(mode) && set !== undefined && set.tool.leaveTransaction === undefined;
}

/** Comments in place of a statement, and one that does nothing when it was the only one. */
export function replaceWithNote(script: Script, statement: Statement, note: string, alone: boolean): TextEdit {
  const eol = eolOf(script);
  const { end } = statement.fullSpan;
  const more = script.text.slice(end, endOfLine(script.text, end)).trim() !== '';
  return replace(
    statement.fullSpan,
    `-- ${note.replace(/\s+/g, ' ')}${alone ? `${eol}SELECT 1;` : ''}${more ? eol : ''}`,
  );
}
