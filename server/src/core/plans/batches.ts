import type { Column, Relation } from '../catalog/catalog.js';
import { isPreparation, replaceStatement, takeOut } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { guardOfNew } from '../fixes/lockTimeout.js';
import { deriveDown } from '../reversal/derive.js';
import { takesBack } from '../reversal/kinds.js';
import { earlierThan } from '../reversal/sources.js';
import { parsesCleanly } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { nameOf } from '../statements/tables.js';
import { type Parts, partsOf } from '../statements/wholeStatement.js';
import { BATCH, batchLoop } from './batchLoop.js';
import { newMigrations } from './newMigrations.js';
import { runOutside } from './outside.js';
import { nothing, ROWS_STAY } from './plan.js';

/** A change that goes through all rows of a table. */
export interface WholeChange {
  readonly verb: 'update' | 'delete' | 'copy';
  /** The table whose rows are gone through. */
  readonly walked: Relation | undefined;
  /** The table that is written, when it is another one. */
  readonly written?: Relation | undefined;
}

/**
 * The same change batch by batch along a unique key, with a commit after each: in place when the file holds nothing else, else in a migration
 * of its own. What the file does later with the rows moves on to a third. None where the key is not known or the statement joins or returns.
 */
export function batchedFixes(at: AnalysedStatement, file: FileContext, change: WholeChange): readonly Fix[] {
  const { walked, written, verb } = change;
  const key = walked && keyOf(walked);
  const cut = walked && key && partsOf(at.statement, walked, key.name, written);
  if (!walked || !key || !cut) return [];
  const parts = withConflict(cut, written, at);
  const { head, where, tail } = parts;
  const sql = batchLoop(nameOf(walked, at.before), key.name, parts, walked.columns);
  // The body is a string to the parser: the change itself is read apart.
  if (
    !parsesCleanly(`${head}\nWHERE true${where === undefined ? '' : ` AND (${where}\n)`} ${tail}`) ||
    !parsesCleanly(sql)
  )
    return [];
  const keys = new Set([walked.key, ...(written ? [written.key] : [])]);
  const batch: Batch = {
    sql,
    name: `${NAMES[verb]}_${(written ?? walked).name}`,
    title: `${TITLES[verb]} in batches of ${BATCH}`,
    keys,
  };
  const needed = file.statements.some((s) => s.statement.index > at.statement.index && touches(s, keys));
  const fix = needed ? movedWithRest(at, file, batch) : moved(at, file, batch);
  return fix ? [fix] : [];
}

const NAMES = { update: 'backfill', delete: 'delete_from', copy: 'copy_into' } as const;
const TITLES = { update: 'Update', delete: 'Delete', copy: 'Copy' } as const;

interface Batch {
  readonly sql: string;
  readonly name: string;
  readonly title: string;
  readonly keys: ReadonlySet<string>;
}

/** A statement that works on a table may rest on its changed rows: SET NOT NULL, VALIDATE, DROP COLUMN. */
function touches(at: AnalysedStatement, keys: ReadonlySet<string>): boolean {
  return at.effect.locks.some((l) => keys.has(l.relation));
}

function moved(at: AnalysedStatement, file: FileContext, { sql, name, title }: Batch): Fix | undefined {
  const edit = replaceStatement(file, file.script, at.statement, [sql]);
  const fix = runOutside(at, file, {
    title,
    edits: edit ? [edit] : [],
    statements: [sql],
    name,
    down: ROWS_STAY,
    undoneBy: () => false,
    neededBy: () => false,
  });
  // Other timing: a reader sees the rows change one batch after the other.
  return fix && { ...fix, safety: 'review' };
}

/** One migration for the batches, and one for everything from the first statement on that needs their result. */
function movedWithRest(at: AnalysedStatement, file: FileContext, { sql, name, title, keys }: Batch): Fix | undefined {
  const later = file.statements.filter((s) => s.statement.index > at.statement.index && !isPreparation(s.statement));
  const rest = later.slice(later.findIndex((s) => touches(s, keys)));
  // On a table of this migration they were harmless here, and would not be in a later one.
  const isBound = rest.some((s) => s.effect.transaction === 'forbidden' || s.effect.locks.some((l) => l.bornHere));
  if (isBound || file.script.errors.length > 0) return undefined;
  const moving = [at.statement, ...rest.map((s) => s.statement)].map((s) => takeOut(file.script, s));
  const guards = guardsOf(file, rest[0]!);
  const texts = rest.flatMap((s, i) => [...moving[i + 1]!.comments, s.statement.text]);
  const back = deriveDown(rest, { earlier: earlierThan(file, rest[0]!.statement) });
  const files = newMigrations(file, [
    { name, up: [...moving[0]!.comments, sql], down: ROWS_STAY },
    {
      name: `after_${name}`,
      up: [...guards, ...texts],
      down:
        back.statements.length > 0
          ? [...guards, ...back.notes.map((n) => `-- ${n}`), ...back.statements]
          : nothing('the up leaves nothing behind.'),
    },
  ]);
  if (!files) return undefined;
  return {
    title: `${title} in a migration of its own, and what follows in a third`,
    safety: 'review',
    edits: [
      { uri: file.uri, edits: moving.map((m) => m.edit) },
      ...withoutUndoing(
        file,
        rest.map((s) => s.statement),
      ),
    ],
    newFiles: files,
  };
}

/** The settings of this file that the moved statements ran under, and a lock_timeout in any case. */
function guardsOf(file: FileContext, first: AnalysedStatement): readonly string[] {
  const settings = file.statements.filter(
    (s) => s.statement.kind === 'VariableSetStmt' && s.statement.index < first.statement.index,
  );
  const has = settings.some(
    ({ statement: { node } }) => 'VariableSetStmt' in node && node.VariableSetStmt.name === 'lock_timeout',
  );
  return [...settings.map((s) => s.statement.text), ...(has ? [] : [guardOfNew()])];
}

/** The down of this file no longer undoes what has moved. */
function withoutUndoing(file: FileContext, up: readonly Statement[]): Fix['edits'] {
  const script = file.counterpart;
  const other = file.migration?.down;
  const gone = script?.statements.filter((s) => takesBack(s, up)) ?? [];
  if (!script || !other || gone.length === 0) return [];
  const edits = gone.map((s) => takeOut(script, s).edit);
  const isEmpty = script.statements.every((s) => gone.includes(s) || isPreparation(s));
  const note = '-- Nothing to undo here: the steps have a migration of their own.\nSELECT 1;\n';
  const [first, ...more] = edits;
  return [{ uri: other.uri, edits: isEmpty && first ? [{ ...first, newText: note }, ...more] : edits }];
}

/** A unique key of one column that is never NULL; the primary key first. */
function keyOf(table: Relation): Column | undefined {
  const found = (kind: string) =>
    [...table.constraints.values()]
      .filter((c) => c.kind === kind && c.columns.length === 1)
      .map((c) => table.columns.get(c.columns[0]!));
  return [...found('primaryKey'), ...found('unique')].find((c) => c?.notNull);
}

/** A copy into a table of this migration may be run again after it was stopped: rows that are there already are left out. */
function withConflict(parts: Parts, written: Relation | undefined, at: AnalysedStatement): Parts {
  const isUnique = [...(written?.constraints.values() ?? [])].some(
    (c) => c.kind === 'primaryKey' || c.kind === 'unique',
  );
  const can = written && at.bornHere.has(written.key) && isUnique && parts.tail === '';
  return can ? { ...parts, tail: 'ON CONFLICT DO NOTHING' } : parts;
}
