import { createHash } from 'node:crypto';
import type { Node } from '@pgsql/types';
import type { AnalysedStatement } from '../core/statements/analysed.js';
import { transactionControl } from '../core/transactions.js';

/** What of a file is sent together, and what is certain of it when the run is interrupted. */
export interface Part {
  /**
   * `block`: in a transaction, with a note of its end in the same transaction. `bare`: one statement outside of one, which may
   * be half done. `session`: one that only sets something in the session; it is sent again when a run goes on.
   */
  readonly kind: 'block' | 'bare' | 'session';
  readonly statements: readonly AnalysedStatement[];
  /** The file does not begin the transaction itself. */
  readonly opens: boolean;
  /** The file does not end the transaction itself. */
  readonly closes: boolean;
  /** The file takes back what the part does. */
  readonly rolledBack: boolean;
}

/** Index of the first statement of a part: its name in the journal. */
export function indexOf(part: Part): number {
  return part.statements[0]!.statement.index;
}

export function textOf(part: Part): string {
  return part.statements.map((s) => s.statement.text.replace(/\r\n?/g, '\n')).join(';\n');
}

export function hashOf(part: Part): string {
  return createHash('sha256').update(textOf(part)).digest('hex');
}

/** The parts of a file, in order. */
export function partsOf(statements: readonly AnalysedStatement[]): readonly Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < statements.length; ) {
    const { unit } = statements[i]!;
    parts.push(partOf(statements.slice(i, unit.end)));
    i = unit.end;
  }
  return parts;
}

function partOf(statements: readonly AnalysedStatement[]): Part {
  const [first] = statements;
  const { unit, statement } = first!;
  if (unit.kind !== 'statement') {
    const last = transactionControl(statements.at(-1)!.statement.node);
    const opens = transactionControl(statement.node) !== 'begin';
    const closes = last !== 'end' && last !== 'chain';
    return { kind: 'block', statements, opens, closes, rolledBack: unit.outcome === 'rollback' };
  }
  const kind = isOfSession(statement.node) ? 'session' : fitsIntoBlock(first!) ? 'block' : 'bare';
  return { kind, statements, opens: true, closes: true, rolledBack: false };
}

/** It leaves nothing in the database. */
function isOfSession(node: Node): boolean {
  if ('SelectStmt' in node) return callsSetConfig(node);
  return Object.keys(node).some((tag) => SESSION.has(tag));
}

const SESSION: ReadonlySet<string> = new Set([
  'DeallocateStmt',
  'DiscardStmt',
  'ListenStmt',
  'LoadStmt',
  'PrepareStmt',
  'TransactionStmt',
  'UnlistenStmt',
  'VariableSetStmt',
  'VariableShowStmt',
]);

function callsSetConfig(node: Node): boolean {
  const target = 'SelectStmt' in node ? node.SelectStmt.targetList?.[0] : undefined;
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  const name = value && 'FuncCall' in value ? value.FuncCall.funcname?.at(-1) : undefined;
  return name !== undefined && 'String' in name && name.String.sval === 'set_config';
}

/**
 * Alone or in a transaction of its own, the statement does the same. Not so what PostgreSQL refuses there, and code that may
 * end transactions by itself: DO and CALL.
 */
function fitsIntoBlock({ effect, statement: { node } }: AnalysedStatement): boolean {
  return effect.transaction === 'any' && effect.known && !('DoStmt' in node) && !('CallStmt' in node);
}

/** Whether the file makes a table that only its session has: what later statements find in it cannot be made again. */
export function usesTemporaryTables(statements: readonly AnalysedStatement[]): boolean {
  return statements.some(({ statement: { node } }) => {
    if ('CreateStmt' in node) return node.CreateStmt.relation?.relpersistence === 't';
    if ('CreateTableAsStmt' in node) return node.CreateTableAsStmt.into?.rel?.relpersistence === 't';
    return 'SelectStmt' in node && node.SelectStmt.intoClause?.rel?.relpersistence === 't';
  });
}

/** Procedural code that may end transactions by itself, and commands that work table by table: what is done when they fail stays. */
export function commitsAsItGoes({ node, text }: AnalysedStatement['statement']): boolean {
  if ('DoStmt' in node) return /\bcommit\b/i.test(text);
  return 'CallStmt' in node || 'VacuumStmt' in node || 'ReindexStmt' in node || 'ClusterStmt' in node;
}
