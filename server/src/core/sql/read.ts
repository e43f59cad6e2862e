import { finish, type Steps } from '../steps.js';
import type { Span } from '../text/span.js';
import { fromUtf8 } from '../text/utf8.js';
import { issueOver, syntaxIssue } from './issue.js';
import { type ParseOutcome, parseSql, parsesCleanly as parses } from './parser.js';
import { afterUnterminated, cutAtBreaks, type Piece } from './recover.js';
import { type Masked, restored } from './restore.js';
import type { Comment, Directive, Mask, Script, Section, Statement, SyntaxIssue } from './script.js';
import { type StatementRange, splitStatements, splitSteps } from './split.js';
import { PlacedStatement } from './statement.js';
import { trimmed } from './trim.js';

export { loadParser } from './parser.js';

/** Whether a text is SQL; placeholders stand for names and values. */
export function parsesCleanly(sql: string): boolean {
  if (parses(sql)) return true;
  if (!/\$\{|:[A-Za-z_]/.test(sql)) return false;
  const { errors, statements } = readScript(sql);
  return errors.length === 0 && statements.length > 0;
}

/** What the parser said of each text in a script: the next version of the script takes it over. */
type Outcomes = Map<string, ParseOutcome>;
const outcomesOf = new WeakMap<Script, Outcomes>();

/** How often reading starts again after something unterminated, so that one mistake cannot cost much. */
const MAX_RESTARTS = 4;

/**
 * Reads a text, or a part of it, into statements, errors, comments and directives. Never throws. With an earlier version,
 * statements whose text did not change are not parsed again.
 */
export function readScript(text: string, options: ReadOptions = {}): Script {
  return finish(readSteps(text, options));
}

export interface ReadOptions {
  /** An earlier version of the same script. */
  readonly previous?: Script | undefined;
  /** Where in the text the script is; all of it when undefined. */
  readonly section?: Section | undefined;
}

/** The same in small steps, a statement in each. */
export function* readSteps(text: string, { previous, section }: ReadOptions = {}): Steps<Script> {
  const within = section?.within ?? [{ start: 0, end: text.length }];
  const reader = new Reader(previous && outcomesOf.get(previous), section?.masks ?? []);
  if (section?.head) yield* reader.head(text, section.head);
  for (const range of within) yield* reader.read(text, range);
  return reader.script(text, within, section?.marks ?? []);
}

class Reader {
  /** Up to the end of the range that is read: what is behind it is not there. Offsets stay those of the file. */
  #text = '';
  readonly #known: Outcomes | undefined;
  readonly #masks: readonly Mask[];
  readonly #directives: Directive[] = [];
  readonly #comments: Comment[] = [];
  readonly #outcomes: Outcomes = new Map();
  readonly #statements: Statement[] = [];
  readonly #errors: SyntaxIssue[] = [];

  constructor(known: Outcomes | undefined, masks: readonly Mask[]) {
    this.#known = known;
    this.#masks = masks;
  }

  /** What is said before all scripts of a file; statements there are no script's. */
  *head(text: string, range: Span): Steps<void> {
    const { comments } = yield* splitSteps(text, range);
    for (const comment of comments) this.#comments.push(comment);
  }

  *read(text: string, range: Span): Steps<void> {
    this.#text = range.end === text.length ? text : text.slice(0, range.end);
    const split = yield* splitSteps(text, range, this.#masks);
    for (const statement of split.ranges) {
      if (statement.unterminated) this.#unterminated(statement, statement.unterminated, MAX_RESTARTS);
      else this.#read(statement);
      yield;
    }
    for (const directive of split.directives) this.#directives.push(directive);
    for (const comment of split.comments) this.#comments.push(comment);
  }

  script(text: string, within: readonly Span[], marks: readonly Span[]): Script {
    for (const span of marks) this.#directives.push({ kind: 'mark', span });
    const script: Script = {
      text,
      within,
      statements: this.#statements,
      errors: this.#errors,
      directives: this.#directives,
      comments: this.#comments,
    };
    outcomesOf.set(script, this.#outcomes);
    return script;
  }

  #parse(range: StatementRange): ParseOutcome {
    const original = this.#text.slice(range.span.start, range.span.end);
    const known = this.#outcomes.get(original) ?? this.#known?.get(original);
    const outcome = known ?? restored(parseSql(applyMasks(original, range)), this.#masked(range));
    this.#outcomes.set(original, outcome);
    return outcome;
  }

  #masked({ masks }: StatementRange): readonly Masked[] {
    return masks.map(({ start, end, text }) => ({ mask: text.trim(), source: this.#text.slice(start, end) }));
  }

  #read(range: StatementRange): void {
    const outcome = this.#place(range);
    if (outcome.ok) return;
    const issue = this.#issue(range, outcome);
    if (range.breaks.length === 0) this.#errors.push(issue);
    else this.#recover(range, issue);
  }

  /** Adds the statements of a range when it parses; mostly one. */
  #place(range: StatementRange): ParseOutcome {
    const original = this.#text.slice(range.span.start, range.span.end);
    const masked = applyMasks(original, range);
    const outcome = this.#parse(range);
    if (!outcome.ok) return outcome;
    const slice = { scriptText: this.#text, base: range.span.start, masked, original };
    const many = outcome.statements.length > 1;
    for (const parsed of outcome.statements) {
      const spans = many ? this.#inside(range, original, parsed) : range;
      this.#statements.push(new PlacedStatement(this.#statements.length, spans, parsed, slice));
    }
    return outcome;
  }

  /** The server splits further than psql does (a semicolon in an odd place): the spans come from the server. */
  #inside(range: StatementRange, original: string, parsed: { start: number; end: number | undefined }) {
    const start = fromUtf8(original, parsed.start);
    const end = parsed.end === undefined ? original.length : fromUtf8(original, parsed.end);
    const span = trimmed(this.#text, { start: range.span.start + start, end: range.span.start + end });
    const last = parsed.end === undefined || end >= original.length;
    return {
      span,
      fullSpan: last ? { start: span.start, end: range.fullSpan.end } : { start: span.start, end: span.end + 1 },
    };
  }

  #issue(range: StatementRange, outcome: { message: string; at: number }): SyntaxIssue {
    const original = this.#text.slice(range.span.start, range.span.end);
    const at = range.span.start + fromUtf8(original, outcome.at);
    return syntaxIssue(this.#text, range.span, at, outcome.message, applyMasks(original, range));
  }

  /** Finds whole statements in a broken one: after a missing semicolon, or after a parenthesis that is never closed. */
  #recover(range: StatementRange, issue: SyntaxIssue): void {
    const pieces = cutAtBreaks(this.#text, range, (ranges) => ranges.every((part) => this.#parses(part)));
    if (!pieces.some((piece) => piece.parses)) {
      this.#errors.push(issue);
      return;
    }
    const broken = this.#addPieces(pieces);
    if (broken.length === 0) this.#errors.push(issue);
    for (const [n, { part, end }] of broken.entries()) {
      const statement = { start: part.span.start, end };
      const outcome = this.#parse(part);
      const first = n === 0 && issue.span.start >= part.span.start && issue.span.start < part.span.end;
      if (first || outcome.ok) this.#errors.push(issueOver(issue, statement));
      else this.#errors.push(issueOver(this.#issue(part, outcome), statement));
    }
  }

  /** Places the pieces that parse; gives the first part of each run of others, and where the run ends. */
  #addPieces(pieces: readonly Piece[]): { part: StatementRange; end: number }[] {
    const broken: { part: StatementRange; end: number }[] = [];
    let inRun = false;
    for (const { parses, ranges } of pieces) {
      const [first] = ranges;
      const end = ranges.at(-1)?.span.end;
      if (parses) for (const part of ranges) this.#place(part);
      else if (first && end !== undefined) {
        if (inRun) broken.at(-1)!.end = end;
        else broken.push({ part: first, end });
      }
      inRun = !parses;
    }
    return broken;
  }

  #parses(range: StatementRange): boolean {
    if (range.unterminated) return false;
    return this.#parse(range).ok;
  }

  /** One error where the quote or comment opens; then whole statements of what follows, without more errors. */
  #unterminated(range: StatementRange, open: { at: number; what: string }, restarts: number): void {
    const resume = afterUnterminated(this.#text, open);
    if (restarts === MAX_RESTARTS) {
      const statement: Span = { start: range.span.start, end: resume ?? range.span.end };
      const near = this.#text.slice(open.at, open.at + 40).split(/[\r\n]/, 1)[0] ?? '';
      this.#errors.push(
        syntaxIssue(this.#text, statement, open.at, `unterminated ${open.what} at or near "${near}"`, ''),
      );
    }
    if (resume === undefined || restarts === 0) return;
    for (const rest of splitStatements(this.#text, resume).ranges) {
      if (rest.unterminated) this.#unterminated(rest, rest.unterminated, restarts - 1);
      else if (this.#parses(rest)) this.#place(rest);
    }
  }
}

/** The range's text as the parser reads it. */
function applyMasks(original: string, range: StatementRange): string {
  if (range.masks.length === 0) return original;
  let result = '';
  let done = 0;
  for (const mask of range.masks) {
    if (mask.start >= range.span.end) break;
    result += original.slice(done, mask.start - range.span.start) + mask.text;
    done = mask.end - range.span.start;
  }
  return result + original.slice(done);
}
