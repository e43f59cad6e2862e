import type { Layout, NewHalf } from '../../core/migrations/layout.js';
import { listByNames } from '../../core/migrations/listing.js';
import { compareNumbers, significant } from '../../core/migrations/order.js';
import { bestTally, hasMark } from '../../core/migrations/tally.js';
import type { Mark, Tool } from '../../core/migrations/tool.js';
import { editing } from '../../core/text/change.js';
import { markStatements, markUnmarked, misreadStatements } from '../lib/statementMarks.js';
import { unfinished } from '../lib/words.js';
import { cut, NO_TRANSACTION, STATEMENT, statementRanges } from './marks.js';

const MARKS: readonly Mark[] = [
  { pattern: /^\+goose\s+up$/i, means: 'up' },
  { pattern: /^\+goose\s+down$/i, means: 'down' },
  { pattern: /^\+goose\b/i, means: 'other' },
];

/** `20240131101500_add_users.sql`, `00001_add_users.sql`: migration.go, NumericComponent. */
const gooseFile: Layout = {
  id: 'goose',
  example: '20240131101500_add_users.sql',
  read(path) {
    if (path.includes('/') || !path.endsWith('.sql')) return undefined;
    const match = /^(\d+)_(.*)\.sql$/s.exec(path);
    if (!match || /^0+$/.test(match[1]!)) return { kind: 'notANumber' };
    return { kind: 'half', version: match[1]!, name: match[2]!, direction: 'both' };
  },
  paths: (stem) => ({ up: `${stem}.sql`, down: `${stem}.sql` }),
  cut,
  compose(up, down) {
    const head = up.outside || down.outside ? `${NO_TRANSACTION}\n` : '';
    return `${head}-- +goose Up\n${body(up)}\n-- +goose Down\n${body(down)}`;
  },
  addDown: (text, down) => ({
    span: { start: text.length, end: text.length },
    newText: `${text.endsWith('\n') || text === '' ? '' : '\n'}\n-- +goose Down\n${markStatements(down, STATEMENT)}`,
  }),
};

function body({ sql }: NewHalf): string {
  const marked = markStatements(sql, STATEMENT);
  return marked.endsWith('\n') || marked === '' ? marked : `${marked}\n`;
}

/** goose (github.com/pressly/goose v3). Sends statement by statement, cut at lines that end with a semicolon. */
export const goose: Tool = {
  id: 'goose',
  title: 'goose',
  layouts: [gooseFile],
  evidence: [],
  marks: MARKS,
  activation: ['**/migrations/**/*.sql', '**/schema/**/*.sql'],
  detect(candidate) {
    if (!hasMark(candidate, MARKS)) return undefined;
    const { pairs, ups } = bestTally([gooseFile], candidate.paths) ?? { pairs: 0, ups: 0 };
    return { strength: 'marked', layout: gooseFile, pairs, ups };
  },
  list: (input) => listByNames(input, { version: significant, compare: compareNumbers, transaction: () => 'stepwise' }),
  version: significant,
  compare: compareNumbers,
  beginning: { kind: 'clock', last: '', format: 'stamp' },
  leaveTransaction: ({ uri, text }) => {
    const start = text.startsWith('\uFEFF') ? 1 : 0;
    return editing(uri, [{ span: { start, end: start }, newText: `${NO_TRANSACTION}\n` }]);
  },
  enclose: (sql, at) => markUnmarked(sql, at, statementRanges, STATEMENT),
  misread: (script) => misreadStatements(script, statementRanges(script.text), 'goose', STATEMENT),
  late: 'refused',
  checksum: () => undefined,
  about: {
    order: 'by number',
    ledger: '`goose_db_version (id, version_id, is_applied, tstamp)`',
    transaction:
      'one around the statements of a half, which are sent one by one, unless the file says `-- +goose NO TRANSACTION`',
    edited: 'no',
  },
  words: {
    unfinished,
    outOfOrder:
      'goose refuses to run anything as long as it is there (unless it is called with -allow-missing): give it the next free number, or apply it with goose -allow-missing up.',
    withoutTransaction: `goose: ${NO_TRANSACTION} at the top of the file`,
  },
};
