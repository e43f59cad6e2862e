import type { PlanParams } from '../../../server/src/lsp/protocol.js';
import type { Command } from '../context.js';
import { migrationLabel } from '../labels.js';
import { mayReachDatabase } from '../run.js';
import { chooseFolder, type Place } from '../target.js';

export const preview: Command = async (context, arg) => {
  const place = await chooseFolder(context, arg ?? undefined, 'Preview SQL');
  if (!place || !(await mayReachDatabase(context))) return;
  const plan = await context.server.plan(planOf(place));
  if (plan.preview === '') {
    await context.ui.info(plan.reason ?? 'There is nothing to preview: no migration is pending.');
    return;
  }
  await context.editor.showPreview(
    place.migration ? migrationLabel(place.migration) : `Pending in ${place.folder.label}`,
    plan.preview,
  );
};

/** An applied migration can only go down, a pending one only up; a folder shows all that is pending. */
function planOf({ folder, migration }: Place): PlanParams {
  if (migration?.state === 'applied') return { folder: folder.folder, direction: 'down', target: 'last' };
  return { folder: folder.folder, direction: 'up', target: migration ? { upTo: migration.id } : 'all' };
}
