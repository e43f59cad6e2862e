import { listByNames } from '../../core/migrations/listing.js';
import { compareNumbers, significant } from '../../core/migrations/order.js';
import { claimByNames } from '../../core/migrations/tally.js';
import type { Candidate, Tool } from '../../core/migrations/tool.js';
import { updown } from '../layouts/updown.js';

/** PostgreSQL's bigint, the type of the ledger's version column. */
const MAX_BIGINT = 9223372036854775807n;

/** golang-migrate (github.com/golang-migrate/migrate). Sends a file as one simple query. */
export const golangMigrate: Tool = {
  id: 'golang-migrate',
  title: 'golang-migrate',
  layouts: [updown],
  evidence: ['go.mod', 'Makefile'],
  activation: ['**/*.up.sql', '**/*.down.sql'],
  detect(candidate) {
    const claim = claimByNames(candidate, [updown], true);
    return claim && isNamed(candidate) ? { ...claim, strength: 'marked' } : claim;
  },
  list: (input) =>
    listByNames(input, {
      version,
      compare: compareNumbers,
      transaction: () => 'implicit',
      refuses: (found) =>
        BigInt(found) > MAX_BIGINT
          ? 'has a version that does not fit the bigint of the tracking table; it is left out. Give it a smaller number.'
          : undefined,
    }),
  version,
  compare: compareNumbers,
  beginning: { kind: 'sequence', last: 0n, width: 6, step: 1n },
  checksum: () => undefined,
  late: 'ignored',
  about: {
    order: 'by number',
    ledger: '`schema_migrations (version, dirty)`',
    transaction: 'none added: the file is sent as one message, in which several statements are one transaction',
    edited: 'no',
  },
  words: {
    unfinished: (found, label) =>
      found === '-1'
        ? 'The database is marked dirty below the first version: a rollback did not finish. Check the schema, then run `migrate force` with the version that holds.'
        : `The database is marked dirty at ${label}: a run did not finish. Check which of its statements took effect, then run \`migrate force ${found}\` (or the version before it).`,
    outOfOrder: 'golang-migrate will never run it: give it the next free number.',
  },
};

function version(written: string): string {
  return significant(written.replaceAll('-', ''));
}

function isNamed(candidate: Candidate): boolean {
  return (
    candidate.above('go.mod').some(({ text }) => text.includes('golang-migrate/migrate')) ||
    candidate.above('Makefile').some(({ text }) => /\bmigrate\s.*-(path|source)\b/.test(text))
  );
}
