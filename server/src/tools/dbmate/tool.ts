import type { Layout, NewHalf } from '../../core/migrations/layout.js';
import { listByNames } from '../../core/migrations/listing.js';
import { compareText } from '../../core/migrations/order.js';
import { bestTally, hasMark } from '../../core/migrations/tally.js';
import type { Mark, Tool } from '../../core/migrations/tool.js';
import { behindMark } from '../lib/marks.js';
import { unfinished } from '../lib/words.js';
import { cut } from './marks.js';

const MARKS: readonly Mark[] = [
  { pattern: /^migrate:up(\s|$)/, means: 'up' },
  { pattern: /^migrate:down(\s|$)/, means: 'down' },
];

/** `20240131101500_add_users.sql`: pkg/dbmate/db.go, migrationFileRegexp. Other files are passed over without a word. */
const dbmateFile: Layout = {
  id: 'dbmate',
  example: '20240131101500_add_users.sql',
  read(path) {
    const match = /^(\d+)([^/]*)\.sql$/s.exec(path);
    if (!match) return undefined;
    return { kind: 'half', version: match[1]!, name: match[2]!.replace(/^[_\- .]+/, ''), direction: 'both' };
  },
  paths: (stem) => ({ up: `${stem}.sql`, down: `${stem}.sql` }),
  cut,
  compose: (up, down) => `${block('up', up)}\n${block('down', down)}`,
  addDown: (text, down) => ({
    span: { start: text.length, end: text.length },
    newText: `${text.endsWith('\n') || text === '' ? '' : '\n'}\n-- migrate:down\n${down}`,
  }),
};

const OUTSIDE = ' transaction:false';

function block(direction: 'up' | 'down', { sql, outside }: NewHalf): string {
  return `-- migrate:${direction}${outside ? OUTSIDE : ''}\n${sql === '' || sql.endsWith('\n') ? sql : `${sql}\n`}`;
}

/** Files are sorted by their names, in which something else than a digit stands behind the version. */
function compare(a: string, b: string): number {
  return compareText(`${a}_`, `${b}_`);
}

/** dbmate (github.com/amacneil/dbmate). Sends a half as one simple query. */
export const dbmate: Tool = {
  id: 'dbmate',
  title: 'dbmate',
  layouts: [dbmateFile],
  evidence: [],
  marks: MARKS,
  activation: ['**/migrations/**/*.sql'],
  detect(candidate) {
    if (!hasMark(candidate, MARKS)) return undefined;
    const { pairs, ups } = bestTally([dbmateFile], candidate.paths) ?? { pairs: 0, ups: 0 };
    return { strength: 'marked', layout: dbmateFile, pairs, ups };
  },
  list: (input) => listByNames(input, { version, compare, transaction: () => 'wrapped' }),
  version,
  compare,
  beginning: { kind: 'clock', last: '', format: 'stamp' },
  leaveTransaction: (half) => behindMark(half, OUTSIDE),
  late: 'runs',
  checksum: () => undefined,
  about: {
    order: 'as text, by file name',
    ledger: '`schema_migrations (version)`',
    transaction:
      'one around a half, unless its mark says `transaction:false`: then it is sent as one message, in which several statements are one transaction',
    edited: 'no',
  },
  words: {
    unfinished,
    outOfOrder:
      'dbmate will run it after the newer ones (not with --strict): check that it does not depend on the order, or give it a newer number.',
    withoutTransaction: 'dbmate: transaction:false behind the mark',
  },
};

function version(written: string): string {
  return written;
}
