import type { FunctionParameter } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.js';
import type { EarlierScripts } from '../earlier.js';
import { mentions } from '../sql/parts.js';
import type { Script, Statement } from '../sql/script.js';
import { objectNames } from '../sql/tree.js';
import { typeRef } from '../sql/types.js';
import { defined, type ObjectRef, sameObject } from './objects.js';

/** The statements that ran before, the last one first: where earlier definitions are found. */
export type Earlier = () => Iterable<Statement>;

/** What a file's context tells about what ran before it. */
interface File {
  readonly script: Script;
  readonly counterpart: Script | undefined;
  readonly earlier: EarlierScripts;
}

/** The statements of the migrations before a file's, and those before `statement` in its own. */
export function earlierThan(file: File, statement?: Statement): Earlier {
  return function* () {
    const own = statement && [file.script, file.counterpart].find((s) => s?.statements[statement.index] === statement);
    if (own) yield* own.statements.slice(0, statement.index).reverse();
    yield* file.earlier.newestFirst();
  };
}

/** The last definition of a thing, when its text still says what the thing was: nothing that it names has another name since. */
export function lastDefinition(
  earlier: Earlier,
  ref: ObjectRef,
  matches: (statement: Statement) => boolean = () => true,
): Statement | undefined {
  const renamed = new Set<string>();
  for (const statement of earlier()) {
    if (defined(statement).some((d) => sameObject(d, ref)) && matches(statement)) {
      return [...renamed].some((name) => mentions(statement, name)) ? undefined : statement;
    }
    for (const name of oldNames(statement)) renamed.add(name);
  }
  return undefined;
}

/** A name without a schema has to mean the same thing here as where the definition stands. */
export function isFoundThere(source: Statement, ref: ObjectRef, before: Catalog): boolean {
  const { schema, name = '', on } = ref;
  const written = defined(source).find((d) => d.kind === ref.kind && d.name === name)?.schema;
  if (schema === undefined || on !== undefined || written !== undefined) return true;
  const keys = [
    before.relation(undefined, name)?.key,
    before.type(undefined, name)?.key,
    before.functions(undefined, name)[0]?.key,
  ];
  return keys.includes(`${schema}.${name}`);
}

/** Names that a statement takes away from what it renames or moves. */
function oldNames({ node }: Statement): readonly string[] {
  if ('RenameStmt' in node) {
    const { subname, relation, object, renameType } = node.RenameStmt;
    if (renameType === 'OBJECT_COLUMN' || renameType === 'OBJECT_SCHEMA') return subname === undefined ? [] : [subname];
    if (renameType === 'OBJECT_TABCONSTRAINT' || renameType === 'OBJECT_TRIGGER') return [];
    return [...(relation?.relname ? [relation.relname] : []), ...objectNames(object).slice(-1)];
  }
  if (!('AlterObjectSchemaStmt' in node)) return [];
  const { relation, object } = node.AlterObjectSchemaStmt;
  return [...(relation?.relname ? [relation.relname] : []), ...objectNames(object).slice(-1)];
}

const OUTPUT: ReadonlySet<string> = new Set(['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE']);

/** The input types of a function, as text that tells overloads apart; undefined for other statements. */
export function inputTypes({ node }: Statement): string | undefined {
  if (!('CreateFunctionStmt' in node)) return undefined;
  const parameters = (node.CreateFunctionStmt.parameters ?? []).flatMap((p) =>
    'FunctionParameter' in p ? [p.FunctionParameter] : [],
  );
  return inputs(parameters)
    .map((p) => typeKey(p.argType))
    .join(',');
}

/** The parameters that a call passes: without OUT and the columns of RETURNS TABLE. */
export function inputs(parameters: readonly FunctionParameter[]): readonly FunctionParameter[] {
  return parameters.filter((p) => !OUTPUT.has(p.mode ?? ''));
}

/** A type without its modifiers: they do not tell functions apart. */
export function typeKey(node: unknown): string {
  const { schema, name, array } = typeRef(node);
  return `${schema === undefined ? '' : `${schema}.`}${name}${'[]'.repeat(array)}`;
}

/** A definition with its words changed: `CREATE OR REPLACE`, without CONCURRENTLY. */
export function reworded(
  statement: Statement,
  how: { readonly replace?: boolean; readonly concurrently?: boolean },
): string {
  const from = statement.span.start;
  const tokens = statement.tokens.filter((t) => !t.type.endsWith('COMMENT'));
  const word = (i: number) =>
    tokens[i] ? statement.text.slice(tokens[i].span.start - from, tokens[i].span.end - from).toUpperCase() : '';
  const cut = (first: number, last: number, text: string) =>
    statement.text.slice(0, tokens[first]!.span.start - from) +
    text +
    statement.text.slice(tokens[last]!.span.end - from);
  const hasReplace = word(1) === 'OR' && word(2) === 'REPLACE';
  if (how.replace === true && !hasReplace) return cut(0, 0, 'CREATE OR REPLACE');
  if (how.replace === false && hasReplace) return cut(0, 2, 'CREATE');
  const index = tokens.findIndex((_, i) => word(i) === 'INDEX');
  if (how.concurrently === undefined || index < 0) return statement.text;
  const has = word(index + 1) === 'CONCURRENTLY';
  if (has === how.concurrently) return statement.text;
  return has ? cut(index, index + 1, 'INDEX') : cut(index, index, 'INDEX CONCURRENTLY');
}
