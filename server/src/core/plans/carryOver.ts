import type { Constraint, Index, Relation } from '../catalog/catalog.js';
import { constraintAgain, indexAgain } from '../reversal/recreate.js';
import type { Ground } from '../reversal/stage.js';
import { derivedName } from '../sql/derivedName.js';
import { parsesCleanly, readScript } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import {
  addConstraintUsingIndex,
  createIndex,
  drop,
  dropConstraint,
  qualified,
  quoteIdent,
  validateConstraint,
} from '../sql/write.js';
import { codeTokens, wordOf } from '../statements/spans.js';
import { nameOf } from '../statements/tables.js';
import type { Plan } from './plan.js';

/** What hangs on a column, made again for the one that takes its place. */
export interface CarryOver {
  /** Constraints that new rows have to meet from the start, NOT VALID. */
  readonly expand: readonly string[];
  /** An index each: CONCURRENTLY wants a migration of its own. */
  readonly indexes: Plan;
  /** Before anything that locks more than they do. */
  readonly validate: readonly string[];
  /** Constraints out of the new indexes. */
  readonly contract: readonly string[];
  /** For the way back: the new constraints undone, and the old column's things made again. */
  readonly uncontract: readonly string[];
  /** What a person has to see to. */
  readonly left: readonly string[];
}

interface Carrying {
  readonly ground: Ground;
  readonly table: Relation;
  readonly from: string;
  readonly to: string;
  /** The type changes too: expressions and operator classes may not fit the new one. */
  readonly retyped: boolean;
  readonly alter: string;
  /** Names that this change gives. */
  readonly given: Set<string>;
}

type Part = Partial<CarryOver>;

/** What the constraints and indexes of column `from` need so that column `to` has the same. `retyped`: its type is another one. */
export function carryOver(ground: Ground, table: Relation, from: string, to: string, retyped: boolean): CarryOver {
  const { before } = ground;
  const { schema, name } = nameOf(table, before);
  const alter = `ALTER TABLE ${qualified(schema, name)}`;
  const swap: Carrying = { ground, table, from, to, retyped, alter, given: new Set() };
  const constraints = [...table.constraints.values()].filter((c) => c.kind !== 'notNull' && c.columns.includes(from));
  const owned = new Set(constraints.map((c) => c.indexName));
  const indexes = before.indexesOn(table.key).filter((i) => i.dependsOn.includes(from) && !owned.has(i.name));
  const parts = [...constraints.map((c) => ofConstraint(swap, c)), ...indexes.map((i) => ofIndex(swap, i))];
  return {
    expand: parts.flatMap((part) => part.expand ?? []),
    indexes: parts.flatMap((part) => part.indexes ?? []),
    validate: parts.flatMap((part) => part.validate ?? []),
    contract: parts.flatMap((part) => part.contract ?? []),
    uncontract: parts.flatMap((part) => part.uncontract ?? []),
    left: parts.flatMap((part) => part.left ?? []),
  };
}

function ofConstraint(swap: Carrying, constraint: Constraint): Part {
  const { alter, table, ground } = swap;
  const left: Part = { left: [`constraint ${constraint.name}`] };
  const source = constraintAgain(constraint, table, ground);
  if (source === undefined) return left;
  const again = `${alter} ADD ${source}`;
  const name = newName(
    swap,
    constraint.name,
    constraint.kind === 'unique' ? 'key' : constraint.kind === 'check' ? 'check' : 'fkey',
  );
  if (constraint.kind === 'unique') return ofUnique(swap, constraint, name, again) ?? left;
  if ((constraint.kind !== 'check' && constraint.kind !== 'foreignKey') || swap.retyped) return left;
  const [statement] = readScript(again).statements;
  const list = constraint.kind === 'foreignKey' ? 'first' : 'all';
  const swapped = statement && swapNames(statement, swap, list, constraint.name, name);
  if (swapped === undefined) return left;
  const sql = /\bNOT\s+VALID\s*$/i.test(swapped) ? swapped : `${swapped} NOT VALID`;
  if (!parsesCleanly(sql)) return left;
  return {
    expand: [sql],
    validate: constraint.validated ? [validateConstraint(nameOf(table, ground.before), name)] : [],
    uncontract: [again],
  };
}

/** An index first, then the constraint out of it: that takes its lock for a moment only. */
function ofUnique(swap: Carrying, constraint: Constraint, name: string, again: string): Part | undefined {
  const { table, ground, from, to } = swap;
  // DEFERRABLE, INCLUDE, NULLS NOT DISTINCT: more than the columns.
  if (!/UNIQUE \([^()]*\)$/i.test(again)) return undefined;
  const on = nameOf(table, ground.before);
  const keys = constraint.columns.map((c) => (c === from ? to : c));
  const create = (concurrently: boolean) => createIndex({ name, table: on, keys, unique: true, concurrently });
  return {
    indexes: [
      {
        name: `create_${name}`,
        up: [create(true)],
        down: [drop('index', { schema: on.schema, name }, { concurrently: true })],
      },
    ],
    contract: [addConstraintUsingIndex(on, name, 'UNIQUE', name)],
    uncontract: [dropConstraint(on, name), create(false), again],
  };
}

function ofIndex(swap: Carrying, index: Index): Part {
  const { ground, table } = swap;
  const left: Part = { left: [`index ${index.name}`] };
  const again = indexAgain(index, ground, false);
  const source = indexAgain(index, ground, true);
  const plain = !index.partial && !index.expression;
  if (again === undefined || source === undefined || (swap.retyped && !plain)) return left;
  const [statement] = readScript(source).statements;
  if (!statement || (swap.retyped && hasClass(statement))) return left;
  const name = newName(swap, index.name, 'idx');
  const sql = swapNames(statement, swap, 'all', index.name, name);
  if (sql === undefined || !parsesCleanly(sql)) return left;
  const { schema } = nameOf(table, ground.before);
  return {
    indexes: [
      {
        name: `create_${name}`,
        up: [sql],
        down: [drop('index', { schema, name }, { concurrently: true })],
      },
    ],
    uncontract: [again],
  };
}

/** An operator class is made for a type. */
function hasClass({ node }: Statement): boolean {
  const elements = 'IndexStmt' in node ? (node.IndexStmt.indexParams ?? []) : [];
  return elements.some(
    (e) => 'IndexElem' in e && ((e.IndexElem.opclass?.length ?? 0) > 0 || (e.IndexElem.collation?.length ?? 0) > 0),
  );
}

/** The column's name in the old one gives way, else the new one's is added; never one that is taken. */
function newName({ table, ground, from, to, given }: Carrying, old: string, suffix: string): string {
  const isTaken = (name: string) =>
    given.has(name) || table.constraints.has(name) || ground.before.index(undefined, name) !== undefined;
  const swapped = old.includes(from) ? old.replace(from, to) : '';
  const fits = swapped !== '' && new TextEncoder().encode(swapped).length < 64;
  const first = fits ? swapped : derivedName([old, to], suffix);
  let name = first;
  for (let n = 1; isTaken(name); n++) name = derivedName([first], String(n));
  given.add(name);
  return name;
}

/** The statement with the column and the name of the thing replaced; of a foreign key only the first list is ours. */
function swapNames(
  statement: Statement,
  { from, to }: Carrying,
  where: 'all' | 'first',
  oldName: string,
  name: string,
): string | undefined {
  const tokens = codeTokens(statement);
  const words = tokens.map((t) => wordOf(statement, t));
  const named = words.findIndex((word) => is(word, oldName));
  const open = words.findIndex((word, i) => i > named && word === '(');
  if (named < 0 || open < 0) return undefined;
  const close = where === 'first' ? words.indexOf(')', open) : words.length;
  const out = words.map((word, i) => {
    if (i === named) return quoteIdent(name);
    return i > open && i < close && is(word, from) && words[i + 1] !== '(' ? quoteIdent(to) : word;
  });
  let sql = '';
  for (const [i, token] of tokens.entries()) {
    const end = tokens[i - 1]?.span.end;
    sql += `${end === undefined || end === token.span.start ? '' : ' '}${out[i]}`;
  }
  return out.some((word, i) => i !== named && word !== words[i]) ? sql : undefined;
}

function is(word: string, name: string): boolean {
  return word === `"${name.replaceAll('"', '""')}"` || word.toLowerCase() === name;
}
