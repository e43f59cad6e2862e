import type { Statement } from '../../sql/script.js';
import type { FileContext, Fix } from '../rule.js';
import { eolOf, isPreparation, removeStatement, replace, replaceStatement } from './fix.js';

/**
 * Changes the other half along with this one: the one statement there that undid what the fix takes away gives way to others
 * (none: it goes). Nothing is edited when there is no such statement, or more than one.
 */
export function replaceInCounterpart(
  file: FileContext,
  undoes: (statement: Statement) => boolean,
  statements: readonly string[],
): Fix['edits'] {
  const script = file.counterpart;
  const other = file.direction === 'up' ? file.migration?.down : file.migration?.up;
  const found = script?.statements.filter(undoes) ?? [];
  const [statement] = found;
  if (!script || !other || !statement || found.length !== 1) return [];
  if (statements.length > 0) {
    const edit = replaceStatement(script, statement, statements);
    return edit ? [{ uri: other.uri, edits: [edit] }] : [];
  }
  const isLast = script.statements.every((s) => s === statement || isPreparation(s));
  const note = `-- Nothing to undo here: the step has a migration of its own.`;
  return [{ uri: other.uri, edits: [isLast ? replace(statement.fullSpan, note) : removeStatement(script, statement)] }];
}

/** Puts statements before the one of the other half that undoes this step. */
export function insertInCounterpart(
  file: FileContext,
  undoes: (statement: Statement) => boolean,
  statements: readonly string[],
): Fix['edits'] {
  const script = file.counterpart;
  const other = file.direction === 'up' ? file.migration?.down : file.migration?.up;
  const found = script?.statements.filter(undoes) ?? [];
  const [statement] = found;
  if (!script || !other || !statement || found.length !== 1) return [];
  const { start } = statement.span;
  const eol = eolOf(script);
  const newText = statements.map((sql) => `${sql};${eol}`).join('');
  return [{ uri: other.uri, edits: [{ span: { start, end: start }, newText }] }];
}
