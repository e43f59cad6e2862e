import type { Statement, Token } from '../sql/script.js';
import type { Span } from '../text/span.js';

const word = (statement: Statement, token: Token) =>
  statement.text.slice(token.span.start - statement.span.start, token.span.end - statement.span.start);

function code(statement: Statement): readonly Token[] {
  return statement.tokens.filter((token) => !token.type.endsWith('COMMENT'));
}

/** The subcommands of ALTER TABLE: the parts between top-level commas, the first begins after the name. */
export function commandSpans(statement: Statement, count: number): readonly Span[] {
  if (count === 1) return [statement.span];
  const tokens = code(statement);
  const start = afterName(statement, tokens);
  if (start === undefined) return [];
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.span.start < start) continue;
    const text = word(statement, token);
    if (text === '(' || text === '[') depth++;
    if (text === ')' || text === ']') depth--;
    if (depth === 0 && text === ',') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  if (parts.length !== count) return [];
  return parts.map((part) => ({
    start: part[0]?.span.start ?? statement.span.start,
    end: part.at(-1)?.span.end ?? statement.span.end,
  }));
}

/** Offset behind `ALTER TABLE [IF EXISTS] [ONLY] name[.name]`. */
function afterName(statement: Statement, tokens: readonly Token[]): number | undefined {
  let i = tokens.findIndex((t) =>
    ['TABLE', 'VIEW', 'INDEX', 'SEQUENCE', 'TYPE'].includes(word(statement, t).toUpperCase()),
  );
  if (i < 0) return undefined;
  i++;
  while (['IF', 'EXISTS', 'ONLY'].includes(tokens[i] ? word(statement, tokens[i] as Token).toUpperCase() : '')) i++;
  while (tokens[i + 1] && word(statement, tokens[i + 1] as Token) === '.') i += 2;
  if (tokens[i + 1] && word(statement, tokens[i + 1] as Token) === '*') i++;
  return tokens[i]?.span.end;
}

/** The first such word of the statement, for bans: CONCURRENTLY, FULL. */
export function spanOfWord(statement: Statement, text: string): Span | undefined {
  return code(statement).find((token) => word(statement, token).toUpperCase() === text)?.span;
}
