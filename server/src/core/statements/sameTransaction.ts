import type { AnalysedStatement, FileContext } from './analysed.js';

const ofKind = new WeakMap<FileContext, Map<string, readonly AnalysedStatement[]>>();

/** The statements (of one kind) before this one that run with it, in order; none when it runs by itself. */
export function earlierInTransaction(
  at: AnalysedStatement,
  file: FileContext,
  kind?: string,
): readonly AnalysedStatement[] {
  const { unit, statement } = at;
  const candidates =
    kind === undefined ? file.statements.slice(unit.first, statement.index) : statementsOfKind(file, kind);
  return candidates.filter((s) => s.unit === unit && s.statement.index < statement.index);
}

/** Few statements of a long file are of a kind; looked up once for all that ask. */
export function statementsOfKind(file: FileContext, kind: string): readonly AnalysedStatement[] {
  const kinds = ofKind.get(file) ?? new Map<string, readonly AnalysedStatement[]>();
  ofKind.set(file, kinds);
  const found = kinds.get(kind) ?? file.statements.filter((at) => at.statement.kind === kind);
  kinds.set(kind, found);
  return found;
}
