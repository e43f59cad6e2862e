import { listByNames } from '../../core/migrations/listing.js';
import { compareNumbers } from '../../core/migrations/order.js';
import { claimByNames } from '../../core/migrations/tally.js';
import type { Tool } from '../../core/migrations/tool.js';
import { directory } from '../layouts/directory.js';
import { dotDown } from '../layouts/dotDown.js';
import { keptChecksum, sha256 } from '../lib/hash.js';
import { unfinished } from '../lib/words.js';
import { underscoreDown } from './underscoreDown.js';

/** Numbered SQL files that no other tool claims: Lockstep itself runs them. */
export const plain: Tool = {
  id: 'plain',
  title: 'numbered SQL files',
  layouts: [dotDown, underscoreDown, directory],
  evidence: [],
  nested: ['up.sql', 'down.sql'],
  activation: ['**/migrations/**/*.sql', '**/migrate/**/*.sql', '**/*.down.sql'],
  detect: (candidate) => claimByNames(candidate, [dotDown, underscoreDown, directory]),
  list: (input) => listByNames(input, { version, compare: compareNumbers, transaction: () => 'auto' }),
  version,
  compare: compareNumbers,
  beginning: { kind: 'sequence', last: 0n, width: 3, step: 1n },
  /**
   * SHA-256, lower-case hex, of the text as UTF-8 without a byte order mark and with CRLF and CR as LF, so that a checkout on
   * Windows has the same one. Everything else counts, blanks too.
   */
  checksum: keptChecksum((text) => sha256(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'))),
  late: 'runs',
  about: {
    order: 'by number',
    ledger: '`schema_migrations (version, name, applied_at, execution_time_ms, checksum)`',
    transaction: 'one around the file, unless a statement forbids it or the file has its own `BEGIN`',
    edited: 'yes, by its checksum (SHA-256, line ends do not count)',
  },
  words: {
    unfinished,
    outOfOrder:
      'It will run after newer ones: check that it does not depend on the order, or give it the next free number.',
  },
};

function version(written: string): string {
  return written.replaceAll('-', '');
}
