import { type Io, UsageError } from '../io.js';

/** The language server for any editor. It ends the process itself when its client goes away. */
export async function server(args: readonly string[], _io: Io): Promise<number> {
  if (args.length !== 1 || args[0] !== '--stdio')
    throw new UsageError('Write lockstep server --stdio: messages go over standard input and output.');
  await import('../../lsp/main.js');
  return new Promise<number>(() => {});
}
