import type { Directive } from './script.js';

type Marker = Extract<Directive, { kind: 'marker' }>;

interface Pattern {
  readonly tool: Marker['tool'];
  readonly pattern: RegExp;
  /** Sections of one file are separate scripts to their tool: a statement cannot go on across the marker. */
  readonly boundary: boolean;
}

/** Anchored and without nested repetition, so that matching is linear. The text is a line comment's, after `--`, trimmed. */
const patterns: readonly Pattern[] = [
  { tool: 'goose', pattern: /^\+goose\s+(up|down|statementbegin|statementend)\b/i, boundary: true },
  { tool: 'goose', pattern: /^\+goose\b/i, boundary: false },
  { tool: 'dbmate', pattern: /^migrate:(up|down)\b/i, boundary: true },
  { tool: 'liquibase', pattern: /^changeset\s+\S+:\S/i, boundary: true },
  {
    tool: 'liquibase',
    pattern:
      /^(liquibase\s+formatted\s+sql|rollback\b|preconditions\b|precondition-|validchecksum\b|property\s|ignorelines:)/i,
    boundary: false,
  },
  { tool: 'sqlx', pattern: /^no-transaction\b/i, boundary: false },
  { tool: 'lockstep', pattern: /^lockstep\b/i, boundary: false },
  { tool: 'other', pattern: /^\+(migrate|micrate)\s+(up|down|statementbegin|statementend)\b/i, boundary: true },
  { tool: 'other', pattern: /^\/\/\s*@undo\b/i, boundary: true },
  { tool: 'other', pattern: /^atlas:/i, boundary: false },
];

/** What a line comment says to a migration tool. `text`: the comment without `--`, trimmed. */
export function markerOf(text: string): { readonly tool: Marker['tool']; readonly boundary: boolean } | undefined {
  const first = text.charCodeAt(0);
  // Most comments are prose; only these first characters can start a marker: + / and letters.
  if (Number.isNaN(first)) return undefined;
  return patterns.find((candidate) => candidate.pattern.test(text));
}
