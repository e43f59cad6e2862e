import type { Command } from '../context.js';
import { planAndRun } from '../run.js';
import { connectedFolder } from './connect.js';

export const applyNext: Command = async (context, arg) => {
  const place = await connectedFolder(context, arg, 'Apply the next migration');
  if (place) await planAndRun(context, { folder: place.folder.folder, direction: 'up', target: 'next' });
};
