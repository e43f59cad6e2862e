import type { ChangeDto } from '../../../server/src/lsp/protocol.js';
import type { Command } from '../context.js';

/** What a fix does that makes files or edits several: one step to undo, nothing saved, and what it made is opened. */
export const applyChange: Command = async (context, change) => {
  const { newFiles } = change as ChangeDto;
  const problem = await context.editor.apply(change as ChangeDto);
  if (problem !== undefined) await context.ui.error(problem);
  else await context.editor.openBeside(newFiles.map((f) => f.uri));
};
