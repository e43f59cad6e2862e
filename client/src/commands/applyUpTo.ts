import type { FolderDto, MigrationDto } from '../../../server/src/lsp/protocol.js';
import type { Command } from '../context.js';
import { planAndRun } from '../run.js';
import { connectedFolder } from './connect.js';

export const applyUpTo: Command = async (context, arg) => {
  const place = await connectedFolder(context, arg ?? context.editor.activeUri(), 'Apply up to a migration');
  if (!place) return;
  const migration = place.migration ?? (await pickPending(context, place.folder));
  if (migration)
    await planAndRun(context, { folder: place.folder.folder, direction: 'up', target: { upTo: migration.id } });
};

async function pickPending(context: Parameters<Command>[0], folder: FolderDto): Promise<MigrationDto | undefined> {
  const pending = folder.migrations.filter((m) => m.state === 'pending' || m.state === 'outOfOrder');
  if (pending.length === 0) {
    await context.ui.info('Nothing to apply: no migration is pending.');
    return undefined;
  }
  return context.ui.pick(
    { title: 'Apply up to and with', placeholder: 'Pending migration' },
    pending.map((m) => ({ label: m.label, value: m })),
  );
}
