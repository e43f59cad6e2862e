import type { Command } from '../context.js';
import { planAndRun } from '../run.js';
import { connectedFolder } from './connect.js';

export const applyAll: Command = async (context, arg) => {
  const place = await connectedFolder(context, arg, 'Apply all pending migrations');
  if (place) await planAndRun(context, { folder: place.folder.folder, direction: 'up', target: 'all' });
};
