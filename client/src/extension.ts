import * as vscode from 'vscode';
import type { StatusResult } from '../../server/src/lsp/protocol.js';
import { Client } from './client.js';
import { commands } from './commands/index.js';
import { SavedConnections } from './connections.js';
import { connectLocal } from './connectOnOpen.js';
import type { Context } from './context.js';
import { createEditor } from './editor.js';
import { StatusStore } from './store.js';
import { progress } from './ui/progress.js';
import { prompts } from './ui/prompts.js';
import { StatusBar } from './ui/status.js';
import { publishContexts } from './views/contexts.js';
import { MigrationsTree } from './views/tree.js';

/** For tests in the extension host. */
export interface Api {
  readonly client: Client;
  readonly tree: MigrationsTree;
  readonly bar: StatusBar;
  readonly context: Context;
  status(): StatusResult | undefined;
}

let running: Client | undefined;

export function activate(extension: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('Lockstep', { log: true });
  const tree = new MigrationsTree();
  const bar = new StatusBar();
  const client = new Client(
    extension,
    log,
    () => store.soon(),
    () => void ready().catch(failed),
  );
  const store = new StatusStore(client, show, failed);
  const connections = new SavedConnections(extension, (params) => client.sendConnections(params));
  const context: Context = {
    ui: prompts,
    progress,
    server: client,
    editor: createEditor(extension),
    connections,
    store,
    trusted: () => vscode.workspace.isTrusted,
    focus: (folder, id) => tree.focus(folder, id),
    failed,
  };
  let opened = false;

  /** The server (re)started: it knows no connections and nobody has drawn its status. */
  async function ready(): Promise<void> {
    store.restarted();
    await connections.publish();
    await store.refresh({ connect: false });
    if (opened || !setting('connectOnOpen')) return;
    opened = true;
    await connectLocal(context);
  }

  function show(status: StatusResult): void {
    tree.show(status);
    bar.show(status);
    publishContexts(status);
  }

  function failed(error: unknown): void {
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  /** A defect, or a language server that is gone: said once, with the way to the details. */
  async function unexpected(id: string, error: unknown): Promise<void> {
    log.error(`${id} did not finish.`);
    failed(error);
    const reason = error instanceof Error ? error.message : String(error);
    const answer = await prompts.error(`This did not finish: ${reason}`, 'Restart Language Server', 'Show Log');
    if (answer === 'Show Log') client.showLog();
    else if (answer !== undefined) await client.restart();
  }

  async function reconnect(): Promise<void> {
    await connections.publish();
    store.soon();
  }

  for (const [id, command] of Object.entries(commands)) {
    extension.subscriptions.push(
      vscode.commands.registerCommand(id, (...args: unknown[]) =>
        command(context, ...args).catch((error: unknown) => unexpected(id, error)),
      ),
    );
  }
  extension.subscriptions.push(
    log,
    tree,
    bar,
    store,
    vscode.workspace.onDidChangeConfiguration(
      (e) => e.affectsConfiguration('lockstep') && void reconnect().catch(failed),
    ),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void reconnect().then(() => tree.redraw(), failed)),
    extension.secrets.onDidChange(() => void reconnect().catch(failed)),
  );
  running = client;
  client.start().catch(failed);
  return { client, tree, bar, context, status: () => store.status };
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

const setting = (name: string): boolean => vscode.workspace.getConfiguration('lockstep').get(name, false);
