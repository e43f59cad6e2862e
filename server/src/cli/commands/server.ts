import { type Io, UsageError } from '../io.js';

/** The language server for any editor. It ends the process itself when its client goes away. */
export async function server(args: readonly string[], _io: Io): Promise<number> {
  const transport = args[0];
  if (transport !== '--stdio' || args.length > 1)
    throw new UsageError('Write lockstep server --stdio: messages go over standard input and output.');
  await import('../../lsp/main.js');
  return new Promise<number>(() => {});
}
