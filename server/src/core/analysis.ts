import { applyStatement } from './catalog/apply.js';
import type { Catalog } from './catalog/catalog.js';
import type { Where } from './catalog/context.js';
import type { PgMajor } from './effects/effect.js';
import { effectOf } from './effects/effectOf.js';
import type { TransactionMode } from './migrations/migration.js';
import { runStates } from './settings.js';
import type { Script, Statement } from './sql/script.js';
import type { AnalysedStatement } from './statements/analysed.js';
import type { Steps } from './steps.js';
import { unitsOf } from './transactions.js';

export interface ScriptInput {
  readonly script: Script;
  /** Of the script, for origins. */
  readonly where: Where;
  readonly mode: TransactionMode;
  readonly pg: PgMajor;
  /** The schema that the script meets. */
  readonly before: Catalog;
}

/** The catalog after a whole script, without looking at effects: the cheap pass over history. A statement in each step. */
export function* replaySteps(script: Script, before: Catalog, where: Where): Steps<Catalog> {
  let catalog = before;
  for (const statement of script.statements) {
    catalog = applyStatement(catalog, statement, where);
    yield;
  }
  return catalog;
}

/** One statement with the schema around it and what it does: what does not depend on the rest of the script. */
type Analysed = Pick<AnalysedStatement, 'statement' | 'before' | 'after' | 'effect' | 'bornHere'>;

/**
 * Every statement of a script with the catalog, the effect and what SET has done where it stands.
 * `previous`: the analysis of an earlier text with the same `where` and `pg`. Statements before the change are
 * taken over; those behind it too as long as the catalog, which knows the places of what it holds, has not changed.
 * A statement in each step.
 */
export function* analysisSteps(
  input: ScriptInput,
  previous: readonly AnalysedStatement[] = [],
): Steps<readonly AnalysedStatement[]> {
  const { script, where, pg } = input;
  const shift = previous.length - script.statements.length;
  const analysed: Analysed[] = [];
  let catalog = input.before;
  for (const [i, statement] of script.statements.entries()) {
    const known = takenOver(previous[i], statement, catalog) ?? takenOver(previous[i + shift], statement, catalog);
    if (known) analysed.push(known);
    else {
      const bornHere = new MadeIn(where.half, catalog);
      const effect = effectOf(statement, catalog, { pg, bornHere });
      analysed.push({ statement, before: catalog, after: applyStatement(catalog, statement, where), effect, bornHere });
    }
    catalog = analysed.at(-1)!.after;
    yield;
  }
  const effects = analysed.map((s) => s.effect);
  const units = unitsOf(input.mode, script.statements, effects);
  const states = runStates(script.statements, units);
  // These are new objects of this call: a long file is not copied once more.
  return analysed.map((one, i) => Object.assign(one, states[i]!));
}

/** What was found out about a statement, when it meets the same schema and is the same, at its place or moved. */
function takenOver(known: AnalysedStatement | undefined, statement: Statement, catalog: Catalog): Analysed | undefined {
  if (!known || known.before !== catalog || known.statement.node !== statement.node) return undefined;
  const moved = statement.span.start - known.statement.span.start;
  if (moved !== 0 && known.after !== catalog) return undefined;
  // Placeholders are masked alike for the parser: the same tree does not mean the same text.
  if (known.statement.text !== statement.text) return undefined;
  const { before, after, effect, bornHere } = known;
  const span = { start: effect.span.start + moved, end: effect.span.end + moved };
  return { statement, before, after, effect: moved === 0 ? effect : { ...effect, span }, bornHere };
}

/** Relations that the statements of a script have made so far. */
class MadeIn {
  readonly #half: string;
  readonly #catalog: Catalog;

  constructor(half: string, catalog: Catalog) {
    this.#half = half;
    this.#catalog = catalog;
  }

  has(key: string): boolean {
    return this.#catalog.relationByKey(key)?.origin.half === this.#half;
  }
}
