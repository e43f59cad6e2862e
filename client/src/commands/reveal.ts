import type { Command } from '../context.js';
import { placeOf, targetOf } from '../target.js';

export const reveal: Command = async (context, arg) => {
  const { status } = context.store;
  const place = status && placeOf(status, targetOf(arg));
  const uri = place && (place.migration ? (place.migration.upUri ?? place.migration.downUri) : place.folder.folder);
  if (uri !== undefined) await context.editor.reveal(uri);
};
