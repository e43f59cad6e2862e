import { editFix } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { counterpartOf } from '../migrations/counterpart.js';
import { isCut } from '../migrations/halves.js';
import { deriveDown } from '../reversal/derive.js';
import { earlierThan } from '../reversal/sources.js';
import type { FileContext } from '../statements/analysed.js';
import { firstLine } from '../statements/clause.js';
import type { Rule } from './rule.js';

export const missingDown: Rule = {
  id: 'missing-down',
  title: 'Migration without a down file',
  danger: 'irreversible',
  severity: 'warning',
  statements: [],
  directions: ['up'],
  sources: ['golang-migrate: MIGRATIONS.md', 'Diesel: revert'],
  *checkFile(file) {
    const { migration, set } = file;
    if (!migration || !set || migration.down || set.tool.downs === 'optional' || file.script.statements.length === 0)
      return;
    // A folder without any down goes forward only: that is a choice, worth a word and not a warning in every file.
    const forwardOnly = set.migrations.length > 1 && set.migrations.every((m) => !m.down);
    yield {
      span: firstLine(file.script),
      message: `${migration.name || migration.version} has no down${isCut(set.layout) ? '' : ' file'}: it cannot be rolled back.`,
      detail:
        'The down file says how to get back when a deployment has to be undone. Where there is no way back (data is gone), a down file with a comment that says so tells the next person.',
      ...(forwardOnly ? { severity: 'hint' as const } : {}),
      fixes: () => createDown(file),
    };
  },
};

function createDown(file: FileContext): readonly Fix[] {
  const { set, migration, direction } = file;
  const other = set && migration && counterpartOf(set, migration, direction);
  if (!other || other.exists) return [];
  const { text, statements, notes } = deriveDown(file.statements, {
    earlier: earlierThan(file),
    mode: file.mode,
  });
  const complete = statements.length > 0 && notes.length === 0;
  const what = other.add ? '' : ' file';
  const title =
    statements.length === 0
      ? `Create the down${what}, with what to write in it`
      : complete
        ? `Create the down${what}, derived from this one`
        : `Create the down${what}, derived as far as it can be`;
  const sql = text === '' ? '-- Nothing to undo: the up leaves nothing behind in the schema.\nSELECT 1;\n' : text;
  return other.add
    ? [editFix(file, title, 'review', [other.add(sql)])]
    : [{ title, safety: 'review', edits: [], newFiles: [{ uri: other.uri, text: sql }] }];
}
