import type { Span } from '../text/span.js';
import { expectedAt } from './hints.js';
import * as lex from './lexer.js';
import type { SyntaxIssue } from './script.js';

/** A syntax error; what was expected is found out when somebody asks. */
class Issue implements SyntaxIssue {
  readonly span: Span;
  readonly statement: Span;
  readonly message: string;
  readonly #ask: () => readonly string[];
  #expected: readonly string[] | undefined;

  constructor(span: Span, statement: Span, message: string, ask: () => readonly string[]) {
    this.span = span;
    this.statement = statement;
    this.message = message;
    this.#ask = ask;
  }

  get expected(): readonly string[] {
    this.#expected ??= this.#ask();
    return this.#expected;
  }
}

/** The server's message and what could have come instead, in one line. */
export function issueText({ message, expected }: SyntaxIssue): string {
  const stop = /[.!?]$/.test(message) ? '' : '.';
  if (expected.length === 0) return message + stop;
  const listed = expected.length === 1 ? expected[0] : `${expected.slice(0, -1).join(', ')} or ${expected.at(-1)}`;
  return `${message}${stop} Expected ${listed}.`;
}

/** The issue for a parse that stopped at `at` (offset in the script) of a statement. `sql`: what the parser read. */
export function syntaxIssue(text: string, statement: Span, at: number, message: string, sql: string): Issue {
  const span = tokenAt(text, Math.min(at, statement.end), statement);
  return new Issue(span, statement, message, () => expectedAt(sql, at - statement.start));
}

/** The same issue, said of another statement. */
export function issueOver(issue: SyntaxIssue, statement: Span): SyntaxIssue {
  return new Issue(issue.span, statement, issue.message, () => issue.expected);
}

/** The token at `at`; at the end of the statement, its last character. */
function tokenAt(text: string, at: number, within: Span): Span {
  if (at >= within.end) return { start: Math.max(within.start, within.end - 1), end: within.end };
  const c = text.charCodeAt(at);
  let end = at + 1;
  if (lex.isIdentStart(c) || lex.isDigit(c)) end = Math.max(end, lex.endOfIdentifier(text, at));
  else if (c === lex.QUOTE) end = lex.endOfQuoted(text, at + 1, "'");
  else if (c === lex.DOUBLE_QUOTE) end = lex.endOfQuoted(text, at + 1, '"');
  if (end < 0 || end > within.end) end = within.end;
  return { start: at, end: Math.min(end, lex.endOfLine(text, at) || end) };
}
