import { editFix, eolOf, insert } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { deriveDown, withoutConcurrently } from '../reversal/derive.js';
import { asMade, describe, isOpaque, meets, type Need, needs, unmet } from '../reversal/kinds.js';
import { earlierThan } from '../reversal/sources.js';
import { parsesCleanly, readScript } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import type { FileContext } from '../statements/analysed.js';
import { firstLine, ownText } from '../statements/clause.js';
import type { TextEdit } from '../text/span.js';
import { runTogether } from '../transactions.js';
import type { Rule } from './rule.js';

const SHOWN = 3;

export const downDoesNotUndo: Rule = {
  id: 'down-does-not-undo',
  title: 'The down does not undo what the up does',
  danger: 'irreversible',
  severity: 'warning',
  statements: [],
  directions: ['down'],
  sources: ['Diesel: migration redo', 'golang-migrate: best practices, MIGRATIONS.md'],
  *checkFile(file) {
    const up = file.counterpart;
    if (!up || isOpaque(file.script) || up.errors.length > 0 || saysIrreversible(file)) return;
    const all = asMade(needs(up.statements), file.up);
    const left = unmet(all, file.script.statements, around(file)).filter(
      (need) => !need.replaces || !speaksOf(file, need),
    );
    if (left.length === 0) return;
    const names = left.slice(0, SHOWN).map((need) => describe(need.ref));
    const more = left.length > SHOWN ? ` and ${left.length - SHOWN} more` : '';
    const empty = file.script.statements.length === 0;
    yield {
      span: firstLine(file.script),
      message: empty
        ? `This down is empty: it leaves ${names.join(', ')}${more} in place.`
        : `This down leaves ${names.join(', ')}${more} of its up in place.`,
      detail:
        'After rolling back, the schema is not what it was before: applying the migration again fails because things exist already, and so may older code. ' +
        'When that is meant, say so in a comment: "irreversible", "cannot be undone".',
      ...(left.every((n) => n.replaces || CHANGES.has(n.ref.kind)) ? { severity: 'information' as const } : {}),
      related: file.migration?.up
        ? left.slice(0, SHOWN).map((n) => ({
            uri: file.migration!.up!.uri,
            span: n.statement.span,
            message: `The up makes or changes ${describe(n.ref)} here.`,
          }))
        : [],
      fixes: () => complete(file, left, all),
    };
  },
};

/** Changes to something that stays: often left as they are on purpose. */
const CHANGES: ReadonlySet<string> = new Set(['default', 'notNull', 'columnType']);

const MEANT =
  /\b(irreversible|not reversible|no way back|(cannot|can't|can not) (be )?(undone?|revert(ed)?|roll(ed)? back)|(intentionally|deliberately) (left )?(blank|empty)|nothing to (do|undo|revert|roll back)|no-?op)\b/i;

function saysIrreversible(file: FileContext): boolean {
  return file.script.comments.some((c) => MEANT.test(c.text));
}

/** Something that was replaced is put back in many ways; a down that names it has thought of it. */
function speaksOf(file: FileContext, { ref }: Need): boolean {
  return ref.name !== undefined && ownText(file.script).toLowerCase().includes(ref.name.toLowerCase());
}

function around(file: FileContext) {
  const afterUp = file.statements[0]?.before ?? file.up.at(-1)?.after;
  const afterDown = file.statements.at(-1)?.after ?? afterUp;
  return afterUp && afterDown ? { afterUp, afterDown, upHalf: file.migration?.up?.key } : undefined;
}

/** Adds the statements that undo the rest, each where its turn is: last made, first undone. */
function complete(file: FileContext, left: readonly Need[], all: readonly Need[]): readonly Fix[] {
  const statements = [...new Set(left.map((need) => need.statement))].sort((a, b) => b.index - a.index);
  const missing = statements.map((up) => ({
    up,
    sql: undoing(
      file,
      left.filter((n) => n.statement === up),
    ),
  }));
  if (missing.some(({ sql }) => sql.length === 0)) return [];
  const total = missing.reduce((n, { sql }) => n + sql.length, file.script.statements.length);
  const together = runTogether(file.mode, total);
  const eol = eolOf(file.script);
  const places = new Map<number, string[]>();
  for (const { up, sql } of missing) {
    const at = turnOf(up, file, all);
    places.set(at, [...(places.get(at) ?? []), ...sql.map((s) => `${together ? withoutConcurrently(s) : s};`)]);
  }
  const edits = [...places].map(([at, sql]) => edit(file, at, sql.join(eol), eol));
  const count = missing.reduce((n, { sql }) => n + sql.length, 0);
  return [
    editFix(
      file,
      count === 1 ? 'Add the statement that undoes the rest' : `Add the ${count} statements that undo the rest`,
      'review',
      edits,
    ),
  ];
}

/** What undoes these needs of one statement of the up; nothing when one of them does not follow from it. */
function undoing(file: FileContext, open: readonly Need[]): readonly string[] {
  // What it took the place of would have to come back as well.
  if (open.some((need) => need.replaces)) return [];
  const step = file.up.find((s) => s.statement === open[0]?.statement);
  const sql = step ? deriveDown([step], { earlier: earlierThan(file, step.statement) }).statements : [];
  const useful = sql.filter((text) => readScript(text).statements.some((s) => open.some((need) => meets(s, need))));
  const isWhole = open.every((need) => useful.some((text) => readScript(text).statements.some((s) => meets(s, need))));
  return isWhole && useful.every(parsesCleanly) ? useful : [];
}

/** Before the first statement that undoes something older, else at the end. */
function turnOf(up: Statement, file: FileContext, all: readonly Need[]): number {
  const { statements, text } = file.script;
  const undoneBy = (down: Statement) =>
    Math.max(...all.filter((need) => meets(down, need)).map((need) => need.statement.index), -1);
  const older = statements.find((down) => {
    const made = undoneBy(down);
    return made >= 0 && made < up.index;
  });
  if (older) return older.span.start;
  const last = statements.at(-1);
  if (last && 'TransactionStmt' in last.node) return last.span.start;
  return last?.fullSpan.end ?? text.length;
}

function edit(file: FileContext, at: number, plain: string, eol: string): TextEdit {
  const sql = file.set?.tool.enclose?.(plain) ?? plain;
  const { statements, text } = file.script;
  if (statements.some((s) => s.span.start === at)) return insert(at, `${sql}${eol}`);
  const before = text.slice(0, at);
  const last = statements.at(-1);
  const semicolon = last && last.fullSpan.end === last.span.end ? ';' : '';
  const newline = before === '' || (semicolon === '' && before.endsWith('\n')) ? '' : eol;
  return insert(at, `${semicolon}${newline}${sql}${at === text.length ? eol : ''}`);
}
