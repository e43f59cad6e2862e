import { editFix, isPreparation } from '../fixes/edits.js';
import { onceOnly } from '../fixes/onceOnly.js';
import { made, type ObjectRef, removed, sameObject } from '../reversal/objects.js';
import type { Statement } from '../sql/script.js';
import type { Rule } from './rule.js';

export const notRerunnable: Rule = {
  id: 'not-rerunnable',
  title: 'Statement that fails the second time, in a file that can stop half-way',
  danger: 'fails',
  severity: 'hint',
  statements: [],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'squawk: prefer-robust-stmts',
  ],
  *checkFile(file) {
    const last = file.statements.findLast(({ statement }) => !isPreparation(statement))?.unit.first ?? 0;
    if (last === 0) return;
    const before = { made: new Things(), removed: new Things() };
    for (const at of file.statements) {
      const isCleared = clearsFirst(at.statement, before);
      before.made.add(made(at.statement));
      before.removed.add(removed(at.statement));
      // It is committed before a later statement that does something: half of the file may stay.
      const isKept = !isPreparation(at.statement) && at.unit.first < last;
      if (!isKept || isCleared) continue;
      for (const once of onceOnly(at, file)) {
        yield {
          span: once.span,
          message: `Stays when a later statement fails; the next try then fails here: ${once.because}.`,
          detail:
            'This file does not run in one transaction: when a later statement fails, what came before it is not undone. ' +
            'Somebody then has to repair the schema by hand before the migration can run again, unless each statement can run twice.',
          ...(once.edits
            ? { fixes: [editFix(file, once.title ?? 'Make it safe to run again', 'safe', once.edits)] }
            : {}),
        };
      }
    }
  },
};

/** Objects by name, so that a long file is not searched for each of its statements. */
class Things {
  readonly #byName = new Map<string | undefined, ObjectRef[]>();

  add(things: readonly ObjectRef[]): void {
    for (const thing of things) this.#byName.set(thing.name, [...(this.#byName.get(thing.name) ?? []), thing]);
  }

  has(thing: ObjectRef): boolean {
    return this.#byName.get(thing.name)?.some((other) => sameObject(other, thing)) === true;
  }
}

/** An earlier DROP … IF EXISTS of the same object, or the object was made by this file: a second run finds what this one found. */
function clearsFirst(statement: Statement, before: { readonly made: Things; readonly removed: Things }): boolean {
  const makes = made(statement);
  if (makes.length > 0) return makes.some((thing) => before.removed.has(thing));
  return removed(statement).some((thing) => before.made.has(thing));
}
