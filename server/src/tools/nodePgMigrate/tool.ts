import type { Layout, NewHalf } from '../../core/migrations/layout.js';
import { listByNames } from '../../core/migrations/listing.js';
import { hasMark } from '../../core/migrations/tally.js';
import type { Mark, Tool } from '../../core/migrations/tool.js';
import { unfinished } from '../lib/words.js';
import { settingsOf } from './config.js';
import { cut } from './marks.js';

const MARKS: readonly Mark[] = [
  { pattern: /^[\s-]*Up\s+Migration\b/i, means: 'up' },
  { pattern: /^[\s-]*Down\s+Migration\b/i, means: 'down' },
];

/** `1706695200000_add_users.sql`: migration.ts, getFilePrefix. Its command takes `.up.sql` and `.down.sql` for two migrations. */
const nodePgMigrateFile: Layout = {
  id: 'node-pg-migrate',
  example: '1706695200000_add_users.sql',
  read(path) {
    if (path.includes('/') || path.startsWith('.') || !/\.sql$/i.test(path)) return undefined;
    if (/\.(up|down)\.sql$/i.test(path)) return { kind: 'ambiguous' };
    const match = /^(\d+)[_\- .]*(.*)\.sql$/is.exec(path);
    return match ? { kind: 'half', version: match[1]!, name: match[2]!, direction: 'both' } : { kind: 'notANumber' };
  },
  paths: (stem) => ({ up: `${stem}.sql`, down: `${stem}.sql` }),
  cut,
  compose: (up, down) => `-- Up Migration\n${body(up)}\n-- Down Migration\n${body(down)}`,
  addDown: (text, down) => ({
    span: { start: text.length, end: text.length },
    newText: `${text.endsWith('\n') || text === '' ? '' : '\n'}\n-- Down Migration\n${down}`,
  }),
};

function body({ sql }: NewHalf): string {
  return sql === '' || sql.endsWith('\n') ? sql : `${sql}\n`;
}

/** utils/comparators.ts, compareMigrationFileNames: by the number in front, then by the name with its numbers. */
function compare(a: string, b: string): number {
  const difference = timeOf(a) - timeOf(b);
  // A number by itself is what people write for a file.
  if (difference !== 0 || /^\d+$/.test(a) !== /^\d+$/.test(b)) return difference;
  return a.localeCompare(b, undefined, {
    usage: 'sort',
    numeric: true,
    sensitivity: 'variant',
    ignorePunctuation: true,
  });
}

/** 17 digits are a date with milliseconds. */
function timeOf(name: string): number {
  const digits = /^\d+/.exec(name)?.[0] ?? '0';
  if (digits.length !== 17) return Number(digits);
  const [, year, month, day, hour, minute, second, ms] =
    /^(.{4})(..)(..)(..)(..)(..)(...)$/.exec(digits)?.map(Number) ?? [];
  return Date.UTC(year!, month! - 1, day, hour, minute, second, ms);
}

/** node-pg-migrate (github.com/salsita/node-pg-migrate), its SQL files. Sends a half as one simple query. */
export const nodePgMigrate: Tool = {
  id: 'node-pg-migrate',
  title: 'node-pg-migrate',
  layouts: [nodePgMigrateFile],
  evidence: ['package.json'],
  marks: MARKS,
  activation: ['**/migrations/**/*.sql'],
  detect(candidate) {
    const { paths, called } = candidate;
    const ups = [...paths].filter((path) => nodePgMigrateFile.read(path, paths)?.kind === 'half').length;
    const settings = settingsOf(candidate);
    const isMarked = hasMark(candidate, MARKS) || (settings !== undefined && called !== undefined);
    if (ups === 0 || !(settings?.isNamed || isMarked)) return undefined;
    const strength = settings?.isNamed ? 'configured' : 'marked';
    return { strength, layout: nodePgMigrateFile, pairs: 0, ups, table: settings?.table };
  },
  list: (input) =>
    listByNames(input, {
      version,
      identity: (path) => path.replace(/\.sql$/i, ''),
      compare,
      transaction: () => 'wrapped',
    }),
  version,
  compare,
  beginning: { kind: 'clock', last: '', format: 'unix-ms' },
  late: 'refused',
  checksum: () => undefined,
  about: {
    order: 'by number, then by name',
    ledger: '`public.pgmigrations (id, name, run_on)`',
    transaction: 'one around a migration (its own command: one around all of a run); in SQL files always',
    edited: 'no',
  },
  words: {
    unfinished,
    outOfOrder:
      'node-pg-migrate refuses to run anything as long as it is there (unless it is called with --no-check-order): give it the next free number.',
    withoutTransaction:
      'node-pg-migrate: only in a JavaScript or TypeScript file, which calls pgm.noTransaction(); a SQL file never does',
  },
};

function version(written: string): string {
  return written;
}
