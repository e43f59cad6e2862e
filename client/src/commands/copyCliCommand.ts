import type { MigrationDto } from '../../../server/src/lsp/protocol.js';
import type { Command } from '../context.js';
import { placeOf, targetOf } from '../target.js';

/** What the click would do, as a line for a terminal. Holds no password: the command line reads its own environment. */
export const copyCliCommand: Command = async (context, arg) => {
  const status = context.store.status ?? (await context.store.refresh({ connect: false }));
  const place =
    placeOf(status, targetOf(arg)) ?? (status.folders[0] && { folder: status.folders[0], migration: undefined });
  if (!place) {
    await context.ui.info('There is no migration folder to run a command on.');
    return;
  }
  const { folder, migration } = place;
  await context.editor.copy(
    [context.editor.cli(), ...verbOf(migration), '--folder', context.editor.shellPath(folder.folder)].join(' '),
  );
};

function verbOf(migration: MigrationDto | undefined): readonly string[] {
  if (migration?.state === 'pending' || migration?.state === 'outOfOrder') return ['apply', '--to', migration.version];
  // The command line as well takes back the last one only.
  if (migration?.turn === 'last') return ['rollback'];
  return ['status'];
}
