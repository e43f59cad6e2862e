import { listByNames } from '../../core/migrations/listing.js';
import type { TransactionMode } from '../../core/migrations/migration.js';
import { compareNumbers, significant } from '../../core/migrations/order.js';
import { bestTally, claimByNames } from '../../core/migrations/tally.js';
import type { Candidate, Tool } from '../../core/migrations/tool.js';
import { editing } from '../../core/text/change.js';
import { dotDown } from '../layouts/dotDown.js';
import { updown } from '../layouts/updown.js';
import { folderFrom } from '../lib/folder.js';
import { keptChecksum, sha384 } from '../lib/hash.js';
import { setting, tomlOf } from '../lib/toml.js';

/** sqlx-core/src/migrate/source.rs: such a text is sent as one message without a transaction. */
const MARK = '-- no-transaction';

const CONFIG = 'sqlx.toml';

function modeIn(text: string): TransactionMode | undefined {
  return text.startsWith(MARK) ? 'implicit' : undefined;
}

/** sqlx (transact-rs/sqlx), told by Cargo.toml or sqlx.toml. Sends a file as one simple query. */
export const sqlx: Tool = {
  id: 'sqlx',
  title: 'sqlx',
  layouts: [updown, dotDown],
  evidence: ['Cargo.toml', CONFIG],
  detect(candidate) {
    const settings = settingsOf(candidate);
    if (settings) {
      const tally = bestTally([updown, dotDown], candidate.paths);
      return tally && { ...tally, strength: 'configured', table: settings.table };
    }
    const claim = dependsOnSqlx(candidate) ? claimByNames(candidate, [updown, dotDown], true) : undefined;
    return claim && { ...claim, strength: 'marked' };
  },
  list: (input) =>
    listByNames(input, { version: significant, compare: compareNumbers, modeIn, transaction: () => 'wrapped' }),
  modeIn,
  version: significant,
  compare: compareNumbers,
  beginning: { kind: 'clock', last: '', format: 'stamp' },
  leaveTransaction: ({ uri }) => editing(uri, [{ span: { start: 0, end: 0 }, newText: `${MARK}\n` }]),
  /** sqlx-core/src/migrate/migration.rs: SHA-384 of the up file's bytes, line ends and byte order mark too. */
  checksum: keptChecksum(sha384),
  late: 'runs',
  about: {
    order: 'by number',
    ledger: '`_sqlx_migrations (version, description, installed_on, success, checksum, execution_time)`',
    transaction: 'one around the file, unless it begins with `-- no-transaction`',
    edited: 'yes, by its checksum (SHA-384 of the bytes, line ends count)',
  },
  words: {
    unfinished: (_version, label) =>
      `${label} is recorded as not finished (success = false), and sqlx refuses to run anything. Look at what it left behind, repair it, and delete its row.`,
    withoutTransaction: `sqlx: ${MARK} as the first line`,
    outOfOrder: 'sqlx runs it after the newer ones: check that it does not depend on the order.',
  },
};

function dependsOnSqlx({ above }: Candidate): boolean {
  return above('Cargo.toml').some(({ text }) => /^[ \t]*sqlx\b/m.test(text));
}

/** sqlx-core/src/config/migrate.rs: the folder is `migrations` beside the file unless it says otherwise. */
function settingsOf({ folder, above }: Candidate): { readonly table: string | undefined } | undefined {
  for (const { folder: base, text } of above(CONFIG)) {
    const toml = tomlOf(text);
    const named = setting(toml, 'migrate', 'migrations-dir');
    if (folder !== folderFrom(base, typeof named === 'string' ? named : 'migrations')) continue;
    const table = setting(toml, 'migrate', 'table-name');
    return { table: typeof table === 'string' ? table : undefined };
  }
  return undefined;
}
