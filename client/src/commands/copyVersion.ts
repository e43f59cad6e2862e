import type { Command } from '../context.js';
import { placeOf, targetOf } from '../target.js';

export const copyVersion: Command = async (context, arg) => {
  const { status } = context.store;
  const migration = status && placeOf(status, targetOf(arg))?.migration;
  if (migration) await context.editor.copy(migration.version);
};
