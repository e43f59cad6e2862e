import type { Rule } from './rule.js';
import { suppressionsIn } from './suppress.js';

export const suppressionWithoutReason: Rule = {
  id: 'suppression-without-reason',
  title: 'A suppression does not say why',
  danger: 'style',
  severity: 'hint',
  statements: [],
  directions: ['up', 'down'],
  sources: ['Biome: suppressions need an explanation'],
  *checkFile(file) {
    for (const { comment, reason, rules } of suppressionsIn(file.script)) {
      if (rules.length === 0) {
        yield {
          span: comment.span,
          message: 'This suppression names no rule, so it has no effect.',
          detail: 'Write `-- lockstep:ignore rule-id -- reason`.',
        };
      } else if (reason === undefined) {
        yield {
          span: comment.span,
          message: 'This suppression does not say why it is safe here.',
          detail:
            'Add the reason after a second pair of dashes: `-- lockstep:ignore rule-id -- reason`. The next reader needs it to know whether it still holds.',
        };
      }
    }
  },
};
