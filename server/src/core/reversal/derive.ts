import type { TransactionMode } from '../migrations/migration.js';
import { parsesCleanly } from '../sql/read.js';
import { runTogether, transactionControl } from '../transactions.js';
import { companions } from './companions.js';
import { joined, type Reversal } from './reversal.js';
import type { Earlier } from './sources.js';
import type { Scene } from './stage.js';
import { reverseStatement } from './statement.js';

/** The way back from an up script. */
export interface Derived {
  /** The down script, commented where something does not come back; ends with a newline. Parses. */
  readonly text: string;
  /** Its statements without semicolons, in order. */
  readonly statements: readonly string[];
  /** What it does not bring back, or why a statement has no way back. */
  readonly notes: readonly string[];
}

export interface DeriveOptions {
  /** What ran before the script: gives back earlier definitions of views, functions, triggers, comments. */
  readonly earlier?: Earlier;
  /** How the tool runs the down; `auto` when it is left out. */
  readonly mode?: TransactionMode | undefined;
}

/** Derives the down of an up script: every statement's reversal, last first. */
export function deriveDown(up: readonly Scene[], options: DeriveOptions = {}): Derived {
  const goesAlong = companions(up);
  const found = up
    .map((scene, i) =>
      goesAlong(i)
        ? undefined
        : verified(reverseStatement({ ...scene, earlier: before(up, i, options), start: up[0]!.before })),
    )
    .reverse()
    .filter((r) => r !== undefined)
    .filter((r) => r.statements.length > 0 || r.notes.length > 0);
  const count = joined(found).statements.length;
  const head = count > 0 ? settings(up) : [];
  const kept = runTogether(options.mode ?? 'auto', count + head.length)
    ? found.map((r) => ({ ...r, statements: r.statements.map(withoutConcurrently) }))
    : found;
  const all = joined(kept);
  const statements = all.statements;
  const transaction = opensTransaction(up) && !statements.some((s) => / CONCURRENTLY /.test(s));
  const body = unique(
    kept.map(({ statements: sql, notes }) => [...notes.map((n) => `-- ${n}`), ...sql.map((s) => `${s};`)].join('\n')),
  );
  const parts = [
    ...(transaction && statements.length > 0 ? ['BEGIN;'] : []),
    ...head,
    ...body,
    ...(transaction && statements.length > 0 ? ['COMMIT;'] : []),
  ];
  const text = parts.length > 0 ? `${parts.join('\n\n')}\n` : '';
  return { text, statements, notes: all.notes };
}

/** Only what PostgreSQL's grammar takes gets out; the rest is said in words. A name with a line break must not end the comment. */
function verified({ statements, notes }: Reversal): Reversal {
  const isSql = statements.every((s) => parsesCleanly(s));
  const said = isSql ? notes : [...notes, 'This statement is not undone by itself: write the statement.'];
  return { statements: isSql ? statements : [], notes: said.map((note) => note.replace(/[\r\n]+/g, ' ')) };
}

/** What ran before the statement: this script up to it, then the earlier ones. */
function before(up: readonly Scene[], i: number, { earlier }: DeriveOptions): Earlier {
  return function* () {
    for (let k = i - 1; k >= 0; k--) yield up[k]!.statement;
    if (earlier) yield* earlier();
  };
}

function unique(blocks: readonly string[]): readonly string[] {
  return blocks.filter((block, i) => !block.startsWith('--') || blocks.indexOf(block) === i);
}

function opensTransaction(up: readonly Scene[]): boolean {
  return up.some(({ statement }) => transactionControl(statement.node) === 'begin');
}

/** The statement in the form that works in a transaction. */
export function withoutConcurrently(sql: string): string {
  return sql.replace(/^((?:CREATE(?:\s+UNIQUE)?|DROP)\s+INDEX)\s+CONCURRENTLY\b/i, '$1');
}

/** The timeouts that the up sets guard the down as well, and its search_path says what the names mean. */
function settings(up: readonly Scene[]): readonly string[] {
  const set = up.filter(
    ({ statement: { node } }) =>
      'VariableSetStmt' in node &&
      /^(search_path|(lock|statement)_timeout)$/.test(node.VariableSetStmt.name ?? '') &&
      node.VariableSetStmt.kind === 'VAR_SET_VALUE',
  );
  const texts = [
    ...new Map(
      set
        .reverse()
        .map((s) => [
          'VariableSetStmt' in s.statement.node ? s.statement.node.VariableSetStmt.name : '',
          s.statement.text,
        ]),
    ).values(),
  ];
  return texts.length > 0 ? [texts.map((t) => `${t};`).join('\n')] : [];
}
