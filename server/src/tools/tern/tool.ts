import type { Layout, NewHalf } from '../../core/migrations/layout.js';
import { listByNames } from '../../core/migrations/listing.js';
import type { LayoutProblem } from '../../core/migrations/migration.js';
import { compareNumbers, significant } from '../../core/migrations/order.js';
import { hasMark } from '../../core/migrations/tally.js';
import type { Listing, Mark, Tool } from '../../core/migrations/tool.js';
import { editing } from '../../core/text/change.js';
import { unfinished } from '../lib/words.js';
import { cut, OUTSIDE, SEPARATOR } from './marks.js';

const CONFIG = 'tern.conf';

const MARKS: readonly Mark[] = [
  { pattern: /^-- create above \/ drop below ----/, means: 'down' },
  { pattern: /^-- tern: disable-tx ----$/, means: 'other' },
];

/** `001_add_users.sql`: migrate/migrate.go, migrationPattern. Other files are passed over without a word. */
const ternFile: Layout = {
  id: 'tern',
  example: '001_add_users.sql',
  read(path) {
    const match = /^(\d+)_([^/]+)\.sql$/s.exec(path);
    return match ? { kind: 'half', version: match[1]!, name: match[2]!, direction: 'both' } : undefined;
  },
  paths: (stem) => ({ up: `${stem}.sql`, down: `${stem}.sql` }),
  cut,
  compose: (up, down) => `${half(up)}\n${SEPARATOR}\n\n${half(down)}`,
  addDown(text, down) {
    const at = text.indexOf(SEPARATOR);
    const head = at >= 0 ? '' : `${text.endsWith('\n') || text === '' ? '' : '\n'}\n${SEPARATOR}\n`;
    return { span: { start: text.length, end: text.length }, newText: `${head}\n${down}` };
  },
};

function half({ sql, outside }: NewHalf): string {
  return `${outside ? `${OUTSIDE}\n` : ''}${sql === '' || sql.endsWith('\n') ? sql : `${sql}\n`}`;
}

/** tern (github.com/jackc/tern v2). Sends a half as one simple query; without a transaction statement by statement. */
export const tern: Tool = {
  id: 'tern',
  title: 'tern',
  layouts: [ternFile],
  evidence: [CONFIG],
  marks: MARKS,
  activation: ['**/tern.conf'],
  detect(candidate) {
    const ups = [...candidate.paths].filter((path) => ternFile.read(path, candidate.paths)).length;
    const configs = candidate.above(CONFIG);
    const isOwn = configs.some(({ folder }) => folder === candidate.folder);
    const isNear = configs.length > 0 && candidate.called !== undefined;
    if (ups === 0 || !(isOwn || isNear || hasMark(candidate, MARKS))) return undefined;
    const table = configs.map(({ text }) => tableIn(text)).find((name) => name !== undefined);
    return { strength: isOwn ? 'configured' : 'marked', layout: ternFile, pairs: 0, ups, table };
  },
  list: (input) =>
    withoutGaps(
      listByNames(input, {
        version: significant,
        compare: compareNumbers,
        transaction: () => 'wrapped',
        refuses: (version) =>
          version === '0' ? 'has the number 0, but tern counts from 1; it is left out.' : undefined,
      }),
    ),
  version: significant,
  compare: compareNumbers,
  beginning: { kind: 'sequence', last: 0n, width: 3, step: 1n },
  leaveTransaction: ({ uri, section }) => {
    const start = section?.within[0]?.start ?? 0;
    // Behind the separator its line goes on.
    return editing(uri, [{ span: { start, end: start }, newText: start === 0 ? `${OUTSIDE}\n` : `\n${OUTSIDE}` }]);
  },
  late: 'ignored',
  checksum: () => undefined,
  about: {
    order: 'by number, which has to count up from 1 without a gap',
    ledger: '`public.schema_version (version)`',
    transaction: 'one around a half, unless it holds `---- tern: disable-tx ----`',
    edited: 'no',
  },
  words: {
    unfinished,
    outOfOrder: 'tern will never run it: give it the next free number.',
    withoutTransaction: `tern: ${OUTSIDE} on a line of its own`,
  },
};

/** FindMigrations: tern refuses a folder in which a number is missing. */
function withoutGaps({ migrations, problems }: Listing): Listing {
  const after = migrations.find(({ version }, i) => i > 0 && Number(version) > Number(migrations[i - 1]!.version) + 1);
  const first = migrations[0];
  const odd = first && Number(first.version) > 1 ? first : after;
  const up = odd?.up;
  if (!up) return { migrations, problems };
  const message = `${up.path} has no migration with the number before its own: tern refuses the folder. Number the files from 1 without a gap.`;
  const problem: LayoutProblem = { kind: 'unmarked', uri: up.uri, message };
  return { migrations, problems: [...problems, problem] };
}

/** main.go: `version_table` in the section `database`. */
function tableIn(text: string): string | undefined {
  const section = /^\s*\[database\]\s*$([\s\S]*?)(?=^\s*\[|$(?![\s\S]))/m.exec(text)?.[1] ?? '';
  return /^\s*version_table\s*=\s*(\S+)/m.exec(section)?.[1];
}
