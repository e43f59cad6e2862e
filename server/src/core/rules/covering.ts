import type { Comment, Statement } from '../sql/script.js';
import { firstWhere } from '../text/ordered.js';
import type { Span } from '../text/span.js';
import type { Finding } from './rule.js';

/** `-- lockstep:ignore rule-a, rule-b -- reason`, and `ignore-file` for the whole file. */
export interface Suppression {
  readonly scope: 'statement' | 'file';
  readonly rules: readonly string[];
  readonly reason: string | undefined;
  readonly comment: Comment;
  /** Index of the statement that it is about; undefined for a file, or when none follows. */
  readonly statement: number | undefined;
  /** The part of the statement that it is about, when it stands inside it: behind or above a column. */
  readonly part: Span | undefined;
}

/** Which suppression a finding falls under, found without a look at all of them: both come by the ten thousand. */
export class Covering {
  readonly #statements: readonly Statement[];
  readonly #ofRule = new Map<string, OfRule>();

  /** `suppressions` and `statements` in text order. */
  constructor(suppressions: readonly Suppression[], statements: readonly Statement[]) {
    this.#statements = statements;
    suppressions.forEach((suppression, index) => {
      for (const rule of suppression.rules) this.#of(rule).add(suppression, index);
    });
  }

  #of(rule: string): OfRule {
    const known = this.#ofRule.get(rule) ?? new OfRule();
    this.#ofRule.set(rule, known);
    return known;
  }

  /** Index of the first suppression that covers it; undefined when none does. */
  of(finding: Finding): number | undefined {
    const { start } = finding.span;
    const ofRule = this.#ofRule.get(finding.rule);
    return ofRule?.covering(start, finding.statement ?? statementAround(this.#statements, start)?.index);
  }
}

/** The statement whose place, with what stands before it, an offset is in. */
export function statementAround(statements: readonly Statement[], offset: number): Statement | undefined {
  const last = statements[firstWhere(statements, (s) => s.fullSpan.start > offset) - 1];
  return last && offset < last.fullSpan.end ? last : undefined;
}

/** The suppressions of one rule. */
class OfRule {
  /** The first for the whole file. */
  #file: number | undefined;
  /** By statement, the first that speaks of all of it. */
  readonly #whole = new Map<number, number>();
  /** By place, the first that speaks of that part of a statement. */
  readonly #parts = new Map<string, Part>();
  #linked: readonly Part[] | undefined;

  add({ scope, statement, part }: Suppression, index: number): void {
    if (scope === 'file') this.#file ??= index;
    else if (part) {
      const place = `${part.start} ${part.end}`;
      if (!this.#parts.has(place)) this.#parts.set(place, { span: part, index, around: undefined });
    } else if (statement !== undefined && !this.#whole.has(statement)) this.#whole.set(statement, index);
  }

  covering(offset: number, statement: number | undefined): number | undefined {
    const whole = statement === undefined ? undefined : this.#whole.get(statement);
    const found = [this.#file, whole, ...this.#partsAt(offset)].filter((index) => index !== undefined);
    return found.length === 0 ? undefined : Math.min(...found);
  }

  *#partsAt(offset: number): Generator<number> {
    this.#linked ??= linked([...this.#parts.values()]);
    const last = firstWhere(this.#linked, (part) => part.span.start > offset) - 1;
    for (let part = this.#linked[last]; part; part = part.around) if (offset < part.span.end) yield part.index;
  }
}

interface Part {
  readonly span: Span;
  readonly index: number;
  around: Part | undefined;
}

/** In text order, each with the one around it: parts lie in each other or apart. */
function linked(parts: Part[]): readonly Part[] {
  parts.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const open: Part[] = [];
  for (const part of parts) {
    while (open.length > 0 && open.at(-1)!.span.end <= part.span.start) open.pop();
    part.around = open.at(-1);
    open.push(part);
  }
  return parts;
}
