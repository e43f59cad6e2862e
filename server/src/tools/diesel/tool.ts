import { listByNames } from '../../core/migrations/listing.js';
import type { MigrationFile } from '../../core/migrations/migration.js';
import { compareText } from '../../core/migrations/order.js';
import { bestTally, claimByNames } from '../../core/migrations/tally.js';
import type { Candidate, Tool } from '../../core/migrations/tool.js';
import { directory } from '../layouts/directory.js';
import { folderFrom, plainFolder } from '../lib/folder.js';
import { setting, tomlOf } from '../lib/toml.js';
import { unfinished } from '../lib/words.js';

const METADATA = 'metadata.toml';

/** Diesel (diesel.rs): up.sql and down.sql in a folder; each sent as one simple query (batch_execute) in a transaction. */
export const diesel: Tool = {
  id: 'diesel',
  title: 'Diesel',
  layouts: [directory],
  evidence: ['diesel.toml', METADATA, 'Cargo.toml'],
  nested: ['up.sql', 'down.sql'],
  activation: ['**/diesel.toml'],
  detect(candidate) {
    if (isConfigured(candidate)) {
      const { pairs, ups } = bestTally([directory], candidate.paths) ?? { pairs: 0, ups: 0 };
      return { strength: 'configured', layout: directory, pairs, ups };
    }
    return isDiesel(candidate) ? claimByNames(candidate, [directory]) : undefined;
  },
  list(input) {
    const alone = withoutTransaction(input.files);
    const transaction = (path: string) => (alone.has(folderOf(path)) ? 'implicit' : 'wrapped');
    return listByNames(input, { version, compare: compareText, transaction });
  },
  version,
  compare: compareText,
  beginning: { kind: 'clock', last: '', format: 'dashes-counter' },
  /** Diesel guides, "Migrations without a transaction". */
  leaveTransaction: ({ uri }) => ({
    edits: [],
    newFiles: [{ uri: uri.replace(/[^/]*$/, METADATA), text: 'run_in_transaction = false\n' }],
  }),
  checksum: () => undefined,
  late: 'runs',
  about: {
    order: 'as text, dashes removed',
    ledger: '`__diesel_schema_migrations (version, run_on)`',
    transaction:
      'one around the file, unless `metadata.toml` says `run_in_transaction = false`: then it is sent as one message',
    edited: 'no',
  },
  words: {
    unfinished,
    outOfOrder:
      'It will run after newer ones: check that it does not depend on the order, or give it the next free number.',
    withoutTransaction: `Diesel: run_in_transaction = false in ${METADATA} beside up.sql`,
  },
};

function version(written: string): string {
  return written.replaceAll('-', '');
}

/** Folders whose metadata.toml takes them out of the transaction. */
function withoutTransaction(files: readonly MigrationFile[]): ReadonlySet<string> {
  const metadata = files.filter(({ path }) => path.endsWith(`/${METADATA}`));
  return new Set(
    metadata
      .filter(({ text }) => setting(tomlOf(text), 'run_in_transaction') === false)
      .map(({ path }) => folderOf(path)),
  );
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A diesel.toml names this folder: by default the `migrations` beside it. */
function isConfigured(candidate: Candidate): boolean {
  return candidate.above('diesel.toml').some(({ folder, text }) => {
    const named = setting(tomlOf(text), 'migrations_directory', 'dir');
    const dir = typeof named === 'string' ? named : 'migrations';
    return candidate.folder === folderFrom(folder, dir) || plainFolder(dir).endsWith(`/${candidate.folder}`);
  });
}

function isDiesel(candidate: Candidate): boolean {
  const folders = [...candidate.paths].flatMap((path) => path.split('/').at(-2) ?? []);
  return (
    candidate.above('diesel.toml').length > 0 ||
    candidate.above('Cargo.toml').some(({ text }) => /\bdiesel\b/.test(text)) ||
    folders.some((name) => name.endsWith('_diesel_initial_setup') || /^\d{4}-\d\d-\d\d-\d{6}/.test(name))
  );
}
