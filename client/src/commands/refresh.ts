import type { Command } from '../context.js';
import { connectionFailed } from './connect.js';

/** A click on Refresh is a wish to know, so it may connect; an untrusted workspace only reads files. */
export const refresh: Command = async (context) => {
  const { folders } = await context.store.refresh({ connect: context.trusted() });
  const failed = folders.find((f) => f.database.state === 'error');
  if (failed) connectionFailed(context, failed);
};
