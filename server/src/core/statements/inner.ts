import { applyStatement } from '../catalog/apply.js';
import { effectOf } from '../effects/effectOf.js';
import { blocksIn, statementsInBody } from '../sql/plpgsql.js';
import { readScript } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import type { AnalysedStatement, FileContext } from './analysed.js';

/**
 * The statements that a DO block runs, as if they stood in the file in its place: `IF NOT EXISTS … THEN ALTER TABLE … END IF`
 * locks and rewrites what the statement alone does. Those in a loop work in portions, and are left to the rules about loops.
 */
export function innerStatements(at: AnalysedStatement, file: FileContext): readonly AnalysedStatement[] {
  const inner: AnalysedStatement[] = [];
  let before = at.before;
  for (const statement of blocksIn(at.statement).flatMap((block) => (block.exact ? placed(block, at) : []))) {
    const known = before;
    const bornHere = { has: (key: string) => known.relationByKey(key)?.origin.half === file.half };
    const after = applyStatement(before, statement, { uri: file.uri, half: file.half, migration: file.migration?.id });
    const effect = effectOf(statement, before, { pg: file.pg, bornHere });
    inner.push({ ...at, statement, before, after, effect, bornHere, inTransaction: true });
    before = after;
  }
  return inner;
}

/** Statements of a body at their places in the script, with the index of the statement around them. */
function placed(block: ReturnType<typeof blocksIn>[number], { statement: { index } }: AnalysedStatement): Statement[] {
  return statementsInBody(block).flatMap(({ kind, span, text, sql, loopDepth }) => {
    // What PL/pgSQL writes differently from SQL (PERFORM, INTO) has other offsets.
    if (kind !== 'sql' || loopDepth > 0 || sql !== text) return [];
    const { statements } = readScript(`${' '.repeat(span.start)}${text}`);
    return statements.slice(0, 1).map((statement) => at(statement, index));
  });
}

/** The statement under another index; everything else is the statement's own. */
function at(statement: Statement, index: number): Statement {
  return new Proxy(statement, {
    get(target, key) {
      if (key === 'index') return index;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
