import { finish, type Steps } from '../steps.js';
import type { Span } from '../text/span.js';
import { utf8Length } from '../text/utf8.js';
import { statementKeywords } from './keywords.js';
import * as lex from './lexer.js';
import { dollarPlaceholder, type Placeholder, psqlPlaceholder } from './placeholders.js';
import { endOfCopyData, readMetaCommand } from './psql.js';
import type { Comment, Directive, Mask } from './script.js';

/** The place of one statement, before anything is parsed. */
export interface StatementRange {
  /** First token to end of last token. */
  readonly span: Span;
  /** With the semicolon, when there is one. */
  readonly fullSpan: Span;
  readonly masks: readonly Mask[];
  /** Where else it could be cut when it turns out to be broken: lines that start with a statement's first word, semicolons in parentheses. */
  readonly breaks: readonly number[];
  /** A quote or comment that starts in it never ends. */
  readonly unterminated: { readonly at: number; readonly what: string } | undefined;
}

export interface Split {
  readonly ranges: readonly StatementRange[];
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
}

/** Cuts a text into statements as psql and the server would, in one pass. `from`: where to start. */
export function splitStatements(text: string, from = 0, to = text.length): Split {
  return finish(splitSteps(text, { start: from, end: to }));
}

/** The same in small steps, of a part of the text. `masks`: parts of it that are not SQL, in text order. */
export function splitSteps(text: string, within: Span, masks: readonly Mask[] = []): Steps<Split> {
  const upTo = within.end === text.length ? text : text.slice(0, within.end);
  return new Splitter(upTo, within.start, masks).steps();
}

/** Tokens in one step. */
const AT_ONCE = 1000;

class Splitter {
  readonly #text: string;
  readonly #ranges: StatementRange[] = [];
  readonly #directives: Directive[] = [];
  readonly #comments: Comment[] = [];
  #i: number;
  // The statement that is open: -1 when none is.
  #start = -1;
  #end = -1;
  #masks: Mask[] = [];
  #breaks: number[] = [];
  #parens = 0;
  #brackets = 0;
  #beginDepth = 0;
  /** First words in lower case: tell CREATE FUNCTION and COPY. */
  #words: string[] = [];
  #lastWord = '';
  #fromStdin = false;
  #onlyPlaceholders = true;
  /** COPY … FROM stdin was sent: data starts on the next line. */
  #dataPending = false;
  /** What is replaced for the parser; from `#nextGiven` on it was not met yet. */
  readonly #given: readonly Mask[];
  #nextGiven = 0;

  constructor(text: string, from: number, given: readonly Mask[]) {
    this.#text = text;
    this.#given = given.filter((mask) => mask.start >= from && mask.end <= text.length);
    this.#i = from === 0 && text.charCodeAt(0) === 0xfeff ? 1 : from;
  }

  *steps(): Steps<Split> {
    for (let n = 1; this.#i < this.#text.length; n++) {
      // Those in comments are of no interest to the parser.
      while (this.#nextGiven < this.#given.length && this.#given[this.#nextGiven]!.start < this.#i) this.#nextGiven++;
      if (this.#given[this.#nextGiven]?.start === this.#i) this.#givenMask(this.#given[this.#nextGiven++]!);
      else this.#step(this.#text.charCodeAt(this.#i));
      if (n % AT_ONCE === 0) yield;
    }
    this.#close(this.#end);
    return { ranges: this.#ranges, directives: this.#directives, comments: this.#comments };
  }

  #step(c: number): void {
    const text = this.#text;
    const next = text.charCodeAt(this.#i + 1);
    if (lex.isSpace(c)) this.#space(c);
    else if (c === lex.DASH && next === lex.DASH) this.#lineComment();
    else if (c === lex.SLASH && next === lex.STAR) this.#blockComment();
    else if (c === lex.SEMICOLON) this.#semicolon();
    else if (c === lex.BACKSLASH) this.#metaCommand();
    else if (lex.isIdentStart(c)) this.#word();
    else if (c === lex.QUOTE) this.#quoted(lex.endOfQuoted(text, this.#i + 1, "'"), 'quoted string');
    else if (c === lex.DOUBLE_QUOTE) this.#quoted(lex.endOfQuoted(text, this.#i + 1, '"'), 'quoted identifier');
    else if (c === lex.DOLLAR) this.#dollar();
    else if (c === lex.COLON) this.#colon();
    else if (lex.isDigit(c)) this.#token(this.#numberEnd());
    else this.#symbol(c);
  }

  #space(c: number): void {
    this.#i++;
    if (this.#dataPending && c === lex.LF) this.#copyData();
  }

  #symbol(c: number): void {
    if (c === lex.OPEN_PAREN) this.#parens++;
    else if (c === lex.CLOSE_PAREN && this.#parens > 0) this.#parens--;
    else if (c === lex.OPEN_BRACKET) this.#brackets++;
    else if (c === lex.CLOSE_BRACKET && this.#brackets > 0) this.#brackets--;
    this.#token(this.#i + 1);
  }

  /** Takes everything up to `end` into the open statement, opening one when there is none. */
  #token(end: number, placeholder = false): void {
    if (this.#start < 0) this.#start = this.#i;
    if (!placeholder) this.#onlyPlaceholders = false;
    // Those inside of a quoted text.
    for (let mask = this.#given[this.#nextGiven]; mask && mask.start < end; mask = this.#given[++this.#nextGiven])
      this.#stands(mask);
    this.#i = end;
    this.#end = end;
  }

  #numberEnd(): number {
    let i = this.#i;
    while (lex.isDigit(this.#text.charCodeAt(i)) || lex.isIdentPart(this.#text.charCodeAt(i))) i++;
    return i;
  }

  #word(): void {
    const start = this.#i;
    let end = lex.endOfIdentifier(this.#text, start);
    // An identifier may contain a dollar sign, but this one opens a placeholder.
    if (this.#text.charCodeAt(end) === lex.OPEN_BRACE && this.#text.charCodeAt(end - 1) === lex.DOLLAR) end--;
    const next = this.#text.charCodeAt(end);
    const word = this.#text.slice(start, end).toLowerCase();
    if (next === lex.QUOTE && word === 'e') {
      this.#quoted(lex.endOfEscapeString(this.#text, end + 1), 'quoted string');
      return;
    }
    if (this.#start >= 0 && statementKeywords.has(word) && this.#startsLine(start)) this.#breaks.push(start);
    this.#token(end);
    this.#noteWord(word);
  }

  #noteWord(word: string): void {
    if (this.#words.length < 4) this.#words.push(word);
    if (word === 'stdin' && this.#lastWord === 'from' && this.#words[0] === 'copy') this.#fromStdin = true;
    this.#lastWord = word;
    if (this.#parens > 0 || !this.#isRoutine()) return;
    // As psql: inside CREATE FUNCTION … BEGIN ATOMIC … END semicolons do not end the statement.
    if (word === 'begin') this.#beginDepth++;
    else if (word === 'case' && this.#beginDepth > 0) this.#beginDepth++;
    else if (word === 'end' && this.#beginDepth > 0) this.#beginDepth--;
  }

  #isRoutine(): boolean {
    const [first, second, third, fourth] = this.#words;
    if (first !== 'create') return false;
    const what = second === 'or' && third === 'replace' ? fourth : second;
    return what === 'function' || what === 'procedure';
  }

  /** Only white space stands before `at` on its line; inside parentheses nothing at all. */
  #startsLine(at: number): boolean {
    let i = at - 1;
    if (this.#parens === 0) while (this.#text.charCodeAt(i) === lex.SPACE || this.#text.charCodeAt(i) === lex.TAB) i--;
    const c = this.#text.charCodeAt(i);
    return i < 0 || c === lex.LF || c === lex.CR;
  }

  #quoted(end: number, what: string): void {
    if (end < 0) this.#unterminated(what);
    else this.#token(end);
  }

  #dollar(): void {
    const placeholder = dollarPlaceholder(this.#text, this.#i);
    const delimiter = placeholder ? undefined : lex.dollarDelimiter(this.#text, this.#i);
    if (placeholder) this.#placeholder(placeholder);
    else if (!delimiter) this.#token(this.#i + 1);
    else this.#quoted(lex.endOfDollarQuote(this.#text, this.#i + delimiter.length, delimiter), 'dollar-quoted string');
  }

  #colon(): void {
    const placeholder = psqlPlaceholder(this.#text, this.#i, this.#brackets > 0);
    if (placeholder) this.#placeholder(placeholder);
    else this.#token(this.#i + 1);
  }

  #givenMask(mask: Mask): void {
    this.#stands(mask);
    this.#token(mask.end, true);
  }

  #stands(mask: Mask): void {
    const span = { start: mask.start, end: mask.end };
    this.#directives.push({ kind: 'placeholder', span, style: 'tool', name: this.#text.slice(mask.start, mask.end) });
    this.#masks.push(mask);
  }

  #placeholder(found: Placeholder): void {
    const span = { start: this.#i, end: found.end };
    this.#directives.push({ kind: 'placeholder', span, style: found.style, name: found.name });
    this.#masks.push({ ...span, text: found.mask });
    this.#token(found.end, true);
  }

  #lineComment(): void {
    const start = this.#i;
    const end = lex.endOfLine(this.#text, start);
    const text = this.#text.slice(start + 2, end).trim();
    this.#comments.push({ span: { start, end }, text });
    this.#i = end;
  }

  #blockComment(): void {
    const start = this.#i;
    const end = lex.endOfBlockComment(this.#text, start + 2);
    if (end < 0) {
      this.#unterminated('/* comment');
      return;
    }
    this.#comments.push({ span: { start, end }, text: this.#text.slice(start + 2, end - 2).trim() });
    this.#i = end;
  }

  #semicolon(): void {
    const at = this.#i;
    if (this.#parens > 0 || this.#beginDepth > 0) {
      this.#token(at + 1);
      this.#breaks.push(at + 1);
      return;
    }
    this.#i = at + 1;
    const fromStdin = this.#fromStdin;
    this.#close(at + 1);
    this.#dataPending ||= fromStdin;
  }

  #metaCommand(): void {
    const start = this.#i;
    const meta = readMetaCommand(this.#text, start);
    const span = { start, end: meta.end };
    this.#directives.push({ kind: 'psql', span, command: meta.command, args: meta.args });
    if (meta.ends) this.#close(this.#end);
    else if (this.#start >= 0)
      this.#masks.push({ ...span, text: ' '.repeat(utf8Length(this.#text.slice(start, meta.end))) });
    this.#i = meta.end;
    this.#dataPending ||= meta.dataFollows;
  }

  #copyData(): void {
    this.#dataPending = false;
    const start = this.#i;
    const end = endOfCopyData(this.#text, start);
    if (end > start) this.#directives.push({ kind: 'copyData', span: { start, end } });
    this.#i = end;
  }

  /** Everything to the end belongs to what was never closed; the reader decides where to go on. */
  #unterminated(what: string): void {
    const at = this.#i;
    this.#token(this.#text.length);
    this.#close(this.#text.length, { at, what });
  }

  #close(fullEnd: number, unterminated?: StatementRange['unterminated']): void {
    if (this.#start >= 0 && !(this.#onlyPlaceholders && !unterminated)) {
      this.#ranges.push({
        span: { start: this.#start, end: this.#end },
        fullSpan: { start: this.#start, end: Math.max(fullEnd, this.#end) },
        masks: this.#masks,
        breaks: this.#breaks,
        unterminated,
      });
    }
    this.#start = -1;
    this.#end = -1;
    this.#masks = [];
    this.#breaks = [];
    this.#parens = 0;
    this.#brackets = 0;
    this.#beginDepth = 0;
    this.#words = [];
    this.#lastWord = '';
    this.#fromStdin = false;
    this.#onlyPlaceholders = true;
  }
}
