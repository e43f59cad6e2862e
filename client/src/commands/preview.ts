import type { Command } from '../context.js';
import { mayReachDatabase } from '../run.js';
import { chooseFolder } from '../target.js';

export const preview: Command = async (context, arg) => {
  const place = await chooseFolder(context, arg ?? undefined, 'Preview SQL');
  if (!place || !(await mayReachDatabase(context))) return;
  const { folder, migration } = place;
  const { preview: shown, message } = await context.server.preview({ folder: folder.folder, id: migration?.id });
  if (shown) await context.editor.showPreview(shown.title, shown.text);
  else await context.ui.info(message);
};
