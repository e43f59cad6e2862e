import type { Command } from '../context.js';
import { placeOf, targetOf } from '../target.js';

export const openDown: Command = async (context, arg) => {
  const { status } = context.store;
  const migration = status && placeOf(status, targetOf(arg))?.migration;
  if (migration?.downUri === undefined) return;
  const at = { line: migration.downLine ?? 0, character: 0 };
  await context.editor.open(migration.downUri, migration.downLine === undefined ? undefined : { start: at, end: at });
};
