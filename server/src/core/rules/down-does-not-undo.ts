import { emptyCatalog } from '../catalog/empty.js';
import { deriveDown } from '../reversal/derive.js';
import { describe, isOpaque, type Need, needs, unmet } from '../reversal/kinds.js';
import { firstLine } from './lib/clause.js';
import type { FileContext, Fix, Rule } from './rule.js';

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
    const left = unmet(needs(up.statements), file.script.statements, around(file));
    if (left.length === 0) return;
    const names = left.slice(0, SHOWN).map((need) => describe(need.ref));
    const more = left.length > SHOWN ? ` and ${left.length - SHOWN} more` : '';
    const empty = file.script.statements.length === 0;
    yield {
      span: firstLine(file.script.text),
      message: empty
        ? `This down is empty: it leaves ${names.join(', ')}${more} in place.`
        : `This down leaves ${names.join(', ')}${more} of its up in place.`,
      detail:
        'After rolling back, the schema is not what it was before: applying the migration again fails because things exist already, and so may older code. ' +
        'When that is meant, say so in a comment that holds the word "irreversible".',
      ...(left.every((n) => CHANGES.has(n.ref.kind)) ? { severity: 'information' as const } : {}),
      related: file.migration?.up
        ? left.slice(0, SHOWN).map((n) => ({ uri: file.migration!.up!.uri, span: n.statement.span, message: `The up makes or changes ${describe(n.ref)} here.` }))
        : [],
      fixes: complete(file, left),
    };
  },
};

/** Changes to something that stays: often left as they are on purpose. */
const CHANGES: ReadonlySet<string> = new Set(['default', 'notNull', 'columnType']);

function saysIrreversible(file: FileContext): boolean {
  return file.script.comments.some((c) => /\b(irreversible|not reversible|no way back|cannot be (undone|reverted|rolled back)|can't be (undone|reverted))\b/i.test(c.text));
}

function around(file: FileContext) {
  const first = file.statements[0];
  const last = file.statements.at(-1);
  return first && last ? { afterUp: first.before, afterDown: last.after, upUri: file.migration?.up?.uri } : undefined;
}

/** Adds the missing statements after those that are there, where they follow from names alone. */
function complete(file: FileContext, left: readonly Need[]): readonly Fix[] {
  if (left.some((need) => need.ref.name === undefined || CHANGES.has(need.ref.kind))) return [];
  const nothing = emptyCatalog();
  const wanted = new Set(left.map((need) => need.statement));
  const steps = [...wanted].map((statement) => ({ statement, before: nothing, after: nothing }));
  const { statements } = deriveDown(steps);
  // A statement that also makes something else would be undone twice.
  if (statements.length !== left.length) return [];
  const last = file.script.statements.at(-1);
  const ends = last && 'TransactionStmt' in last.node;
  const at = ends ? last.fullSpan.start : (last?.fullSpan.end ?? file.script.text.length);
  const sql = statements.map((s) => `${s};`).join('\n');
  const semicolon = last && !ends && last.fullSpan.end === last.span.end ? ';' : '';
  const newText = ends ? `${sql}\n` : `${semicolon}${file.script.text === '' ? '' : '\n'}${sql}${last ? '' : '\n'}`;
  return [{ title: `Add ${statements.length === 1 ? 'the statement' : `the ${statements.length} statements`} that undo${statements.length === 1 ? 'es' : ''} the rest`, safety: 'review', edits: [{ uri: file.uri, edits: [{ span: { start: at, end: at }, newText }] }], newFiles: [] }];
}
