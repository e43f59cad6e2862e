import { firstLine } from '../statements/clause.js';
import type { Rule } from './rule.js';

export const editedAfterApply: Rule = {
  id: 'edited-after-apply',
  title: 'Migration edited after it was applied',
  danger: 'fails',
  severity: 'error',
  statements: [],
  directions: ['up'],
  sources: ['Flyway: validate', 'ariga/atlas#658', 'tarantool/migrations#80'],
  *checkFile(file) {
    if (file.ledger?.state !== 'modified') return;
    const { environment } = file.ledger;
    yield {
      span: firstLine(file.script),
      message: `Edited after it was applied on ${environment}: that database did not get this text.`,
      detail:
        'The checksum in the ledger is of another text. Databases that applied the earlier one will not run this one, so they differ from now on. Two ways out: ' +
        '(1) undo the edit (restore the file from version control) and put the change into a new migration, which every database then gets; ' +
        '(2) when only your local database has it, roll it back there, and apply it again with the new text.',
    };
  },
};
