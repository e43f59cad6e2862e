import type { Statement } from '../sql/script.js';
import { as } from '../sql/tree.js';
import type { FileContext } from '../statements/analysed.js';
import { codeTokens, wordOf } from '../statements/spans.js';
import { eolOf, isPreparation, removeStatement, replaceStatement, replaceWithNote } from './edits.js';
import type { Fix } from './fix.js';

/**
 * Changes the other half along with this one: the one statement there that undid what the fix takes away gives way to others
 * (none: it goes, or a note says why). Nothing is edited when there is no such statement, or more than one.
 */
export function replaceInCounterpart(
  file: FileContext,
  undoes: (statement: Statement) => boolean,
  statements: readonly string[],
  note?: string,
): Fix['edits'] {
  const undoing = theUndoing(file, undoes);
  if (!undoing) return [];
  const { script, other, statement } = undoing;
  if (statements.length > 0) {
    const edit = replaceStatement(file, script, statement, statements);
    return edit ? [{ uri: other.uri, edits: [edit] }] : [];
  }
  const isLast = script.statements.every((s) => s === statement || isPreparation(s));
  const words = note ?? (isLast ? NOTHING : undefined);
  const edit =
    words === undefined ? removeStatement(script, statement) : replaceWithNote(script, statement, words, isLast);
  return [{ uri: other.uri, edits: [edit] }];
}

const NOTHING = 'Nothing to undo here: the step has a migration of its own.';

function otherHalf(file: FileContext) {
  return file.direction === 'up' ? file.migration?.down : file.migration?.up;
}

/** The one statement of the other half that undoes something; undefined when there is none, or more than one. */
function theUndoing(file: FileContext, undoes: (statement: Statement) => boolean) {
  const script = file.counterpart;
  const other = otherHalf(file);
  const [statement, ...more] = script?.statements.filter(undoes) ?? [];
  return script && other && statement && more.length === 0 ? { script, other, statement } : undefined;
}

/** Puts statements before the one of the other half that undoes this step. */
export function insertInCounterpart(
  file: FileContext,
  undoes: (statement: Statement) => boolean,
  statements: readonly string[],
): Fix['edits'] {
  const undoing = theUndoing(file, undoes);
  if (!undoing) return [];
  const { script, other, statement } = undoing;
  const { start } = statement.span;
  const eol = eolOf(script);
  const newText = statements.map((sql) => `${sql};${eol}`).join('');
  return [{ uri: other.uri, edits: [{ span: { start, end: start }, newText }] }];
}

/**
 * The statements of the other half that say a name, taken out of it: they move along to a migration of their own, which is
 * rolled back first. Undefined when one of them rests on a table that stays behind to be made later.
 */
export function moveFromCounterpart(
  file: FileContext,
  name: string,
): { readonly edits: Fix['edits']; readonly statements: readonly string[] } | undefined {
  const script = file.counterpart;
  const other = otherHalf(file);
  const found = script?.statements.filter((s) => !isPreparation(s) && isAbout(s, name)) ?? [];
  if (!script || !other || found.length === 0) return { edits: [], statements: [] };
  const stay = script.statements
    .filter((s) => !found.includes(s))
    .flatMap((s) => as(s.node, 'CreateStmt')?.relation?.relname ?? []);
  if (found.some((s) => stay.some((table) => isAbout(s, table)))) return undefined;
  const isAll = script.statements.every((s) => found.includes(s) || isPreparation(s));
  const [first, ...rest] = found;
  const edits = [
    isAll ? replaceWithNote(script, first!, NOTHING, true) : removeStatement(script, first!),
    ...rest.map((s) => removeStatement(script, s)),
  ];
  return { edits: [{ uri: other.uri, edits }], statements: found.map((s) => s.text) };
}

/** Says the name, or one that begins with it: `users_id_seq`, `users_mail_idx`. */
function isAbout(statement: Statement, name: string): boolean {
  return codeTokens(statement).some((token) => {
    const word = wordOf(statement, token);
    const plain = word.startsWith('"') ? word.slice(1, -1) : word.toLowerCase();
    return plain === name || plain.startsWith(`${name}_`);
  });
}

const MOVED = 'Nothing to undo here: the step moved to its own migration.';

/** Takes a statement out of the other half, when there is exactly one such. */
export function removeFromCounterpart(file: FileContext, matches: (statement: Statement) => boolean): Fix['edits'] {
  const other = file.direction === 'up' ? file.migration?.down : file.migration?.up;
  const found = file.counterpart?.statements.filter(matches) ?? [];
  if (!other || found.length !== 1 || !file.counterpart) return [];
  const rest = file.counterpart.statements.filter((s) => s !== found[0] && !isPreparation(s));
  if (rest.length === 0)
    return [{ uri: other.uri, edits: [replaceWithNote(file.counterpart, found[0]!, MOVED, true)] }];
  return [{ uri: other.uri, edits: [removeStatement(file.counterpart, found[0]!)] }];
}
