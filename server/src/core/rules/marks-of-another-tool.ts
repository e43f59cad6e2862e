import { firstLine } from '../statements/clause.js';
import type { Rule } from './rule.js';

export const marksOfAnotherTool: Rule = {
  id: 'marks-of-another-tool',
  title: 'A second half in a file that its tool runs as a whole',
  danger: 'loses-data',
  severity: 'error',
  statements: [],
  directions: ['up', 'down'],
  sources: ['pressly/goose#22', 'amacneil/dbmate: README, "Migration options"', 'rubenv/sql-migrate: README'],
  *checkFile(file) {
    const { set, migration, direction } = file;
    // Said once for a file that holds both halves: at its up.
    const other = direction === 'down' ? migration?.up : undefined;
    if (!set || other?.uri === file.uri) return;
    for (const problem of set.problems) {
      if (problem.uri !== file.uri || (problem.kind !== 'strangeMarks' && problem.kind !== 'unmarked')) continue;
      yield {
        span: problem.span ?? firstLine(file.script),
        message:
          problem.kind === 'strangeMarks'
            ? 'What stands behind this line would be run along with the rest of the file.'
            : problem.message,
        detail:
          problem.kind === 'strangeMarks'
            ? `${problem.message} A tool that does not know the mark takes it for a comment and runs what follows along with the rest: the up is taken back as soon as it was made, with all rows. Lockstep does not run the file as it is.`
            : 'Without the marks in their order the tool refuses the file, or runs another part of it than was meant. Lockstep does not run the file as it is.',
      };
    }
  },
};
