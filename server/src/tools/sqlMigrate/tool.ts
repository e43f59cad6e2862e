import type { Layout, NewHalf } from '../../core/migrations/layout.js';
import { listByNames } from '../../core/migrations/listing.js';
import { compareNumbers, compareText } from '../../core/migrations/order.js';
import { bestTally, hasMark } from '../../core/migrations/tally.js';
import type { Mark, Tool } from '../../core/migrations/tool.js';
import { behindMark } from '../lib/marks.js';
import { markStatements, markUnmarked, misreadStatements } from '../lib/statementMarks.js';
import { unfinished } from '../lib/words.js';
import { CONFIG, configured } from './config.js';
import { cut, OUTSIDE, STATEMENT, statementRanges } from './marks.js';

const MARKS: readonly Mark[] = [
  { pattern: /^\+migrate\s+up\b/i, means: 'up' },
  { pattern: /^\+migrate\s+down\b/i, means: 'down' },
  { pattern: /^\+migrate\b/i, means: 'other' },
];

/** `20240131101500-add_users.sql`: sql-migrate/command_new.go. Every file whose name ends in `.sql` runs, one without a number too. */
const sqlMigrateFile: Layout = {
  id: 'sql-migrate',
  example: '20240131101500-add_users.sql',
  read(path) {
    if (path.includes('/') || !path.endsWith('.sql')) return undefined;
    const stem = path.slice(0, -'.sql'.length);
    const [, version = stem, name = ''] = /^(\d+)[_\- .]*(.*)$/s.exec(stem) ?? [];
    return { kind: 'half', version, name, direction: 'both' };
  },
  paths(stem) {
    const path = `${stem.replace('_', '-')}.sql`;
    return { up: path, down: path };
  },
  cut,
  compose: (up, down) => `${half('Up', up)}\n${half('Down', down)}`,
  addDown: (text, down) => ({
    span: { start: text.length, end: text.length },
    newText: `${text.endsWith('\n') || text === '' ? '' : '\n'}\n${half('Down', { sql: down, outside: false })}`,
  }),
};

function half(direction: 'Up' | 'Down', { sql, outside }: NewHalf): string {
  const marked = markStatements(sql, STATEMENT);
  return `-- +migrate ${direction}${outside ? OUTSIDE : ''}\n${marked.endsWith('\n') || marked === '' ? marked : `${marked}\n`}`;
}

/** Migration.Less: by the number in front, those without one behind, and by the whole name where it is the same. */
function compare(a: string, b: string): number {
  const [x, y] = [numberIn(a), numberIn(b)];
  if (x === undefined || y === undefined) return x === y ? compareText(a, b) : x === undefined ? 1 : -1;
  // A number by itself is what people write for a file.
  return compareNumbers(x, y) || (a === x || b === y ? 0 : compareText(a, b));
}

function numberIn(name: string): string | undefined {
  return /^\d+/.exec(name)?.[0];
}

/** sql-migrate (github.com/rubenv/sql-migrate). Sends statement by statement, cut at lines that end with a semicolon. */
export const sqlMigrate: Tool = {
  id: 'sql-migrate',
  title: 'sql-migrate',
  layouts: [sqlMigrateFile],
  evidence: [CONFIG],
  marks: MARKS,
  activation: ['**/dbconfig.yml'],
  detect(candidate) {
    const settings = configured(candidate);
    if (!settings && !hasMark(candidate, MARKS)) return undefined;
    const { pairs, ups } = bestTally([sqlMigrateFile], candidate.paths) ?? { pairs: 0, ups: 0 };
    return {
      strength: settings ? 'configured' : 'marked',
      layout: sqlMigrateFile,
      pairs,
      ups,
      table: settings?.table,
    };
  },
  list: (input) => listByNames(input, { version, identity: (path) => path, compare, transaction: () => 'stepwise' }),
  version,
  compare,
  beginning: { kind: 'clock', last: '', format: 'stamp' },
  leaveTransaction: (half) => behindMark(half, OUTSIDE),
  enclose: (sql, at) => markUnmarked(sql, at, statementRanges, STATEMENT),
  misread: (script) => misreadStatements(script, statementRanges(script.text), 'sql-migrate', STATEMENT),
  late: 'runs',
  checksum: () => undefined,
  about: {
    order: 'by number, then by name',
    ledger: '`gorp_migrations (id, applied_at)`',
    transaction: 'one around the statements of a half, which are sent one by one, unless its mark says `notransaction`',
    edited: 'no',
  },
  words: {
    unfinished,
    outOfOrder:
      'sql-migrate will run it after the newer ones: check that it does not depend on the order, or give it a newer number.',
    withoutTransaction: 'sql-migrate: notransaction behind the mark',
  },
};

function version(written: string): string {
  return written;
}
