import type { Span } from '../text/span.js';
import type { Directive, Script, Statement } from './script.js';

/** A part of a text that psql or a template engine understands and no server does. */
export interface Unsendable {
  readonly kind: 'command' | 'data' | 'placeholder';
  readonly span: Span;
  /** `\restrict`, `:name`, `${name}`, `COPY … FROM stdin`. */
  readonly what: string;
}

/** What a client without psql cannot send, in text order. Placeholders in quoted text are data, and no concern. */
export function unsendable(script: Script): readonly Unsendable[] {
  const found = script.directives.flatMap((directive) => ofDirective(script, directive));
  const copies = script.statements
    .filter(readsClientData)
    .map(({ span }): Unsendable => ({ kind: 'data', span, what: COPY }));
  return [...found, ...copies].sort((a, b) => a.span.start - b.span.start);
}

const COPY = 'COPY … FROM stdin';

function ofDirective(script: Script, directive: Directive): readonly Unsendable[] {
  const { span } = directive;
  switch (directive.kind) {
    case 'psql':
      return [{ kind: 'command', span, what: `\\${directive.command.replace(/^\\/, '')}` }];
    case 'placeholder':
      return directive.style !== 'tool' && isQuoted(script, span)
        ? []
        : [{ kind: 'placeholder', span, what: script.text.slice(span.start, span.end) }];
    default:
      return [];
  }
}

function isQuoted(script: Script, { start, end }: Span): boolean {
  const statement = script.statements.find((s) => s.fullSpan.start <= start && end <= s.fullSpan.end);
  return statement?.tokens.some((t) => t.type === 'SCONST' && t.span.start <= start && end <= t.span.end) ?? false;
}

function readsClientData({ node }: Statement): boolean {
  return 'CopyStmt' in node && node.CopyStmt.is_from === true && !node.CopyStmt.filename && !node.CopyStmt.is_program;
}
