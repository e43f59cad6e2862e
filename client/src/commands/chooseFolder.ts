import type { Command } from '../context.js';

/** Names the migration folder by hand where detection found none. */
export const chooseMigrationFolder: Command = async (context) => {
  const uri = await context.ui.folder('Choose the folder that holds the migrations', 'Use as Migration Folder');
  if (uri === undefined) return;
  const problem = await context.editor.addMigrationFolder(uri);
  if (problem !== undefined) await context.ui.error(problem);
};
