import { applyStatement } from './catalog/apply.js';
import type { Catalog } from './catalog/catalog.js';
import type { Effect, PgMajor } from './effects/effect.js';
import { effectOf } from './effects/effectOf.js';
import type { TransactionMode } from './migrations/migration.js';
import type { AnalysedStatement } from './rules/rule.js';
import { runsWrapped, sessionStates } from './session.js';
import type { Script, Statement } from './sql/script.js';

export interface ScriptInput {
  readonly script: Script;
  readonly uri: string;
  /** Id of the migration, for origins. */
  readonly migration: string | undefined;
  readonly mode: TransactionMode;
  readonly pg: PgMajor;
  /** The schema that the script meets. */
  readonly before: Catalog;
}

/** The catalog after a whole script, without looking at effects: the cheap pass over history. */
export function replay(script: Script, before: Catalog, where: { uri: string; migration: string | undefined }): Catalog {
  return script.statements.reduce((catalog, statement) => applyStatement(catalog, statement, where), before);
}

/** Every statement of a script with the catalog, the effect and the session's state where it stands. */
export function analyseScript(input: ScriptInput): readonly AnalysedStatement[] {
  const { script, uri, migration, pg } = input;
  const where = { uri, migration };
  const seen: { statement: Statement; before: Catalog; after: Catalog; effect: Effect; bornHere: ReadonlySet<string> }[] = [];
  let catalog = input.before;
  let bornHere: ReadonlySet<string> = new Set();
  for (const statement of script.statements) {
    const after = applyStatement(catalog, statement, where);
    seen.push({ statement, before: catalog, after, effect: effectOf(statement, catalog, { pg, bornHere }), bornHere });
    if (after !== catalog) bornHere = relationsMadeIn(uri, after, bornHere, statement);
    catalog = after;
  }
  const wrapped = runsWrapped(input.mode, script.statements, seen.map((s) => s.effect));
  const states = sessionStates(wrapped, script.statements);
  return seen.map((s, i) => ({ ...s, ...states[i]! }));
}

/** Statements that can make a relation, or give one another name. */
const MAKERS: ReadonlySet<string> = new Set([
  'CreateStmt',
  'CreateTableAsStmt',
  'SelectStmt',
  'ViewStmt',
  'CreateSeqStmt',
  'CreateSchemaStmt',
  'CreateForeignTableStmt',
  'CompositeTypeStmt',
  'RenameStmt',
  'AlterObjectSchemaStmt',
  'DropStmt',
  'DoStmt',
]);

function relationsMadeIn(uri: string, after: Catalog, before: ReadonlySet<string>, statement: Statement): ReadonlySet<string> {
  if (!MAKERS.has(statement.kind)) return before;
  const made = new Set<string>();
  for (const relation of after.relations()) if (relation.origin.uri === uri) made.add(relation.key);
  return made;
}
