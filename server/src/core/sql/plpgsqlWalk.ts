import type { Span } from '../text/span.js';
import { Utf8Offsets } from '../text/utf8.js';
import { statementKeywords } from './keywords.js';
import { scanSql } from './parser.js';

export type LoopKind = 'loop' | 'while' | 'for';

/** A statement inside a body, in the order of the text. */
export interface BodyItem {
  readonly kind: 'sql' | 'commit' | 'rollback' | 'execute' | 'loop';
  /** In the script; for a loop all of it, to `END LOOP`. */
  readonly span: Span;
  /** Source text of the item, without the semicolon. */
  readonly text: string;
  /** For `sql`: what PostgreSQL's grammar can read; `PERFORM f()` is `SELECT f()`, an `INTO target` of PL/pgSQL is gone. */
  readonly sql: string;
  /** Loops around it; a loop itself is not counted. */
  readonly loopDepth: number;
  /** The innermost loop around it, or the loop itself. */
  readonly loop: { readonly kind: LoopKind; readonly span: Span } | undefined;
  /** It stands in a BEGIN block with an EXCEPTION part, in a subtransaction: COMMIT and ROLLBACK fail there. */
  readonly guarded: boolean;
  /** It runs whenever the block does, or unless what it makes is there: outside loops, handlers and IF but IF NOT EXISTS. */
  readonly sure: boolean;
}

interface Word {
  readonly text: string;
  readonly span: Span;
}

/** What is open around a statement. A block learns only at its EXCEPTION that it is a subtransaction. */
type Frame =
  | { readonly kind: 'block'; guarded: boolean; inHandler: boolean; readonly first: number }
  | { readonly kind: 'loop'; readonly loop: { readonly kind: LoopKind; span: Span }; readonly item: number }
  /** `unlessThere`: IF NOT EXISTS (…) THEN, up to its ELSE. */
  | { readonly kind: 'if'; unlessThere: boolean }
  | { readonly kind: 'case' };

type OpenItem = { -readonly [K in keyof BodyItem]: BodyItem[K] };

/** Words that start an SQL statement in PL/pgSQL; `begin`, `end`, `declare` and cursor words mean something else there. */
const notSql = new Set([
  'abort',
  'begin',
  'close',
  'commit',
  'declare',
  'end',
  'execute',
  'fetch',
  'move',
  'rollback',
  'start',
]);

/**
 * Finds the statements of a PL/pgSQL body. Spans are offsets in the body. Rests on tokens alone, so that it also
 * reads what libpg_query's PL/pgSQL parser refuses without a catalog (`%ROWTYPE`, loops over unknown records).
 */
export function walkPlpgsql(body: string): readonly BodyItem[] {
  return new Walk(body).run();
}

class Walk {
  readonly #body: string;
  readonly #words: readonly Word[];
  readonly #frames: Frame[] = [];
  readonly #items: OpenItem[] = [];
  #i = 0;

  constructor(body: string) {
    this.#body = body;
    const offsets = new Utf8Offsets(body);
    this.#words = scanSql(body)
      .filter((token) => !token.tokenName.endsWith('_COMMENT'))
      .map((token) => {
        const span = { start: offsets.toUtf16(token.start), end: offsets.toUtf16(token.end) };
        return { text: body.slice(span.start, span.end).toLowerCase(), span };
      });
  }

  run(): readonly BodyItem[] {
    while (this.#i < this.#words.length) this.#statement();
    return this.#items;
  }

  #at(offset = 0): string {
    return this.#words[this.#i + offset]?.text ?? '';
  }

  #statement(): void {
    const word = this.#at();
    if (word === '<<') this.#skipPast('>>');
    else if (word === ';') this.#i++;
    else if (word === 'declare') this.#declarations();
    else if (word === 'begin') this.#begin();
    else if (word === 'end') this.#end();
    else if (word === 'exception') this.#exception();
    else if (word === 'if') this.#if();
    else if (word === 'case') this.#caseStatement();
    else if (word === 'elsif' || word === 'elseif' || word === 'when') this.#branch('then');
    else if (word === 'else') this.#branch('else');
    else if (word === 'loop' || word === 'while' || word === 'for' || word === 'foreach') this.#loop(word);
    else this.#simple(word);
  }

  #begin(): void {
    this.#frames.push({ kind: 'block', guarded: false, inHandler: false, first: this.#items.length });
    this.#i++;
  }

  /** Declarations end in semicolons; the next BEGIN at the start of one opens the block. */
  #declarations(): void {
    this.#i++;
    while (this.#i < this.#words.length && this.#at() !== 'begin') this.#skipPast(';');
  }

  #if(): void {
    this.#frames.push({ kind: 'if', unlessThere: this.#at(1) === 'not' && this.#at(2) === 'exists' });
    this.#skipPast('then');
  }

  #branch(until: string): void {
    const frame = this.#frames.at(-1);
    if (frame?.kind === 'if') frame.unlessThere = false;
    this.#skipPast(until);
  }

  #caseStatement(): void {
    this.#frames.push({ kind: 'case' });
    this.#i++;
    this.#skipTo('when');
  }

  #exception(): void {
    const block = this.#frames.findLast((frame) => frame.kind === 'block');
    this.#i++;
    if (!block) return;
    block.guarded = true;
    for (const item of this.#items.slice(block.first)) item.guarded = true;
    block.inHandler = true;
  }

  /** `END`, `END IF`, `END CASE` or `END LOOP`, a label, and the semicolon. */
  #end(): void {
    const end = this.#words[this.#i + (this.#at(1) === 'loop' ? 1 : 0)]!.span.end;
    const frame = this.#frames.pop();
    if (frame?.kind === 'loop') {
      frame.loop.span = { start: frame.loop.span.start, end };
      const item = this.#items[frame.item]!;
      item.span = frame.loop.span;
      item.text = this.#body.slice(item.span.start, end);
      item.sql = item.text;
    }
    this.#skipPast(';');
  }

  #loop(word: string): void {
    const start = this.#words[this.#i]!.span.start;
    const kind: LoopKind = word === 'loop' ? 'loop' : word === 'while' ? 'while' : 'for';
    const header = this.#i;
    if (word === 'loop') this.#i++;
    else this.#skipPast('loop');
    if (kind === 'for') this.#forQuery(header, this.#i - 1);
    const span = { start, end: this.#body.length };
    const loop = { kind, span };
    this.#items.push({ ...this.#item('loop', span), loop });
    this.#frames.push({ kind: 'loop', loop, item: this.#items.length - 1 });
  }

  /** `FOR r IN SELECT … LOOP` runs a query once, `FOR r IN EXECUTE …` a text. */
  #forQuery(header: number, loopWord: number): void {
    const inWord = this.#words.findIndex((word, n) => n > header && n < loopWord && word.text === 'in');
    const first = inWord < 0 ? undefined : this.#words[inWord + 1];
    if (!first || inWord + 1 >= loopWord) return;
    const span = { start: first.span.start, end: this.#words[loopWord - 1]!.span.end };
    if (first.text === 'execute') this.#items.push(this.#item('execute', span));
    else if (['select', 'with', 'values', 'insert', 'update', 'delete'].includes(first.text)) {
      this.#items.push(this.#item('sql', span));
    }
  }

  #simple(word: string): void {
    const first = this.#i;
    const assignment = this.#at(1) === ':=' || this.#at(1) === '=' || this.#at(1) === '.';
    this.#skipTo(';');
    const span = { start: this.#words[first]!.span.start, end: this.#words[Math.max(first, this.#i - 1)]!.span.end };
    this.#i++;
    if (assignment) return;
    if (word === 'commit' || word === 'rollback') this.#items.push(this.#item(word, span));
    else if (word === 'execute') this.#items.push(this.#item('execute', span));
    else if (word === 'perform') {
      const item = this.#item('sql', span);
      item.sql = `SELECT${item.text.slice('perform'.length)}`;
      this.#items.push(item);
    } else if (statementKeywords.has(word) && !notSql.has(word)) {
      const item = this.#item('sql', span);
      item.sql = this.#withoutInto(first, this.#i - 1, item);
      this.#items.push(item);
    }
  }

  #item(kind: BodyItem['kind'], span: Span): OpenItem {
    const loops = this.#frames.filter((frame) => frame.kind === 'loop');
    const text = this.#body.slice(span.start, span.end);
    const guarded = this.#frames.some((frame) => frame.kind === 'block' && frame.guarded && !frame.inHandler);
    const sure = this.#frames.every((frame) =>
      frame.kind === 'block' ? !frame.inHandler : frame.kind === 'if' && frame.unlessThere,
    );
    return { kind, span, text, sql: text, loopDepth: loops.length, loop: loops.at(-1)?.loop, guarded, sure };
  }

  /** Cuts `INTO [STRICT] target, …` out of SELECT and of what follows RETURNING; the INTO of INSERT stays. */
  #withoutInto(first: number, end: number, item: OpenItem): string {
    const words = this.#words.slice(first, end);
    const into = words.findIndex(
      (word, n) => n > 0 && word.text === 'into' && !['insert', 'merge'].includes(words[n - 1]!.text),
    );
    if (into < 0) return item.sql;
    let last = into + (words[into + 1]?.text === 'strict' ? 2 : 1);
    while (words[last + 1]?.text === ',' || words[last + 1]?.text === '.') last += 2;
    const cutEnd = words[Math.min(last, words.length - 1)]!.span.end;
    return `${item.text.slice(0, words[into]!.span.start - item.span.start)}${item.text.slice(cutEnd - item.span.start)}`;
  }

  #skipPast(word: string): void {
    this.#skipTo(word);
    this.#i++;
  }

  /** Up to the next `word` that is not inside a CASE expression or parentheses; a semicolon ends what lacks its word. */
  #skipTo(word: string): void {
    while (this.#i < this.#words.length && this.#at() !== word && this.#at() !== ';') this.#step();
  }

  /** One token, or a whole CASE expression or parenthesis with all that nests in it. */
  #step(): void {
    const open: string[] = [];
    do {
      const word = this.#at();
      if (word === ';' && !open.includes(')')) return;
      this.#i++;
      if (word === open.at(-1)) open.pop();
      else if (word === 'case') open.push('end');
      else if (word === '(') open.push(')');
    } while (open.length > 0 && this.#i < this.#words.length);
  }
}
