import type { Command } from '../context.js';
import { planAndRun } from '../run.js';
import { connectedFolder } from './connect.js';

/** One click on a local database; anywhere else it is refused. */
export const rollBack: Command = async (context, arg) => {
  const place = await connectedFolder(context, arg, 'Roll back the last migration');
  if (place) await planAndRun(context, { folder: place.folder.folder, direction: 'down', target: 'last' });
};
