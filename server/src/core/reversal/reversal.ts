/** How one statement is undone. */
export interface Reversal {
  /** Statements without a semicolon, in the order in which they run. */
  readonly statements: readonly string[];
  /** What the statements do not bring back, or why there are none: sentences for a comment. */
  readonly notes: readonly string[];
}

/** The statement leaves nothing behind that a down has to undo. */
export const NOTHING: Reversal = { statements: [], notes: [] };

/** These statements undo it, in this order, without anything to say. */
export function undo(...statements: readonly string[]): Reversal {
  return { statements, notes: [] };
}

/** Nothing undoes it; the reason is a sentence for the down file. */
export function cannot(reason: string): Reversal {
  return { statements: [], notes: [reason] };
}

/** Several reversals as one. */
export function joined(parts: readonly Reversal[]): Reversal {
  return { statements: parts.flatMap((p) => p.statements), notes: parts.flatMap((p) => p.notes) };
}
