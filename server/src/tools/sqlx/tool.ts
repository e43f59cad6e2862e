import { listByNames } from '../../core/migrations/listing.js';
import type { TransactionMode } from '../../core/migrations/migration.js';
import { compareNumbers, significant } from '../../core/migrations/order.js';
import { claimByNames } from '../../core/migrations/tally.js';
import type { Tool } from '../../core/migrations/tool.js';
import { editing } from '../../core/text/change.js';
import { dotDown } from '../layouts/dotDown.js';
import { updown } from '../layouts/updown.js';

/** sqlx-core/src/migrate/source.rs: such a text is sent as one message without a transaction. */
const MARK = '-- no-transaction';

function modeIn(text: string): TransactionMode | undefined {
  return text.startsWith(MARK) ? 'implicit' : undefined;
}

/** sqlx (transact-rs/sqlx), told by Cargo.toml. Its ledger keeps a checksum that Lockstep does not write yet. */
export const sqlx: Tool = {
  id: 'sqlx',
  title: 'sqlx',
  layouts: [updown, dotDown],
  evidence: ['Cargo.toml'],
  detect(candidate) {
    if (!candidate.above('Cargo.toml').some(({ text }) => /^[ \t]*sqlx\b/m.test(text))) return undefined;
    const claim = claimByNames(candidate, [updown, dotDown], true);
    return claim && { ...claim, strength: 'marked' };
  },
  list: (input) =>
    listByNames(input, { version: significant, compare: compareNumbers, modeIn, transaction: () => 'wrapped' }),
  modeIn,
  version: significant,
  compare: compareNumbers,
  beginning: { kind: 'clock', last: '', format: 'stamp' },
  leaveTransaction: ({ uri }) => editing(uri, [{ span: { start: 0, end: 0 }, newText: `${MARK}\n` }]),
  checksum: () => undefined,
  late: 'runs',
  about: {
    order: 'by number',
    ledger: '`_sqlx_migrations`, not written by Lockstep: apply with sqlx',
    transaction: 'one around the file, unless it begins with `-- no-transaction`',
    edited: 'no',
  },
  words: {
    unfinished: (_version, label) =>
      `${label} was begun and not finished. Look at what it left behind, repair it, then run it again.`,
    withoutTransaction: `sqlx: ${MARK} as the first line`,
    outOfOrder: 'sqlx runs it after the newer ones: check that it does not depend on the order.',
  },
  cannotRun:
    'Cargo.toml names sqlx, whose tracking table Lockstep does not write: files are checked here, but apply them with sqlx. If another tool runs this folder, name it in the setting lockstep.migrations.',
};
