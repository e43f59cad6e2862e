import assert from 'node:assert/strict';
import pg from 'pg';
import * as vscode from 'vscode';
import { commands } from '../../client/src/commands/index.js';
import type { Choice, Context, InputOptions } from '../../client/src/context.js';
import type { Api } from '../../client/src/extension.js';
import type { TreeNode } from '../../client/src/views/model.js';
import type { FolderDto } from '../../server/src/lsp/protocol.js';

export type { Api } from '../../client/src/extension.js';

/** Asks again until the answer is there. Providers throw `Canceled` while an editor still settles. */
export async function until<T>(
  what: string,
  get: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 20_000,
): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 20))) {
    try {
      const value = await get();
      if (value) return value;
    } catch (error) {
      if ((error as Error).name !== 'Canceled') throw error;
    }
  }
  throw new Error(`timed out waiting for ${what}`);
}

export function extension(): vscode.Extension<Api> {
  const found = vscode.extensions.getExtension<Api>('lockstep.lockstep');
  assert.ok(found, 'the extension lockstep.lockstep is not installed');
  return found;
}

export const activate = async (): Promise<Api> => extension().activate();

const root = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
export const inRoot = (...names: readonly string[]): vscode.Uri => vscode.Uri.joinPath(root(), ...names);
export const migration = (name: string): vscode.Uri => inRoot('migrations', name);

export async function open(name: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(migration(name));
  await vscode.window.showTextDocument(document);
  return document;
}

export const write = (uri: vscode.Uri, text: string): Thenable<void> =>
  vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
export const read = async (uri: vscode.Uri): Promise<string> =>
  new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));

export const codeOf = (diagnostic: vscode.Diagnostic): string => {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
};

/** The finding of this rule, once it is shown. */
export const finding = (uri: vscode.Uri, rule: string): Promise<vscode.Diagnostic> =>
  until(`${rule} in ${uri.path}`, () => vscode.languages.getDiagnostics(uri).find((d) => codeOf(d) === rule));

export const actions = (document: vscode.TextDocument, range: vscode.Range, kind?: vscode.CodeActionKind) =>
  vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    kind?.value,
  );

export const wholeOf = (document: vscode.TextDocument): vscode.Range =>
  new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));

export const closeAll = async (): Promise<void> => {
  while (vscode.window.activeTextEditor?.document.isDirty)
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
};

export const onlyFolder = (api: Api): FolderDto | undefined => api.status()?.folders[0];

/** Versions of the folder that are in this state, as the server last said. */
export const versionsIn = (api: Api, state: string): string[] =>
  (onlyFolder(api)?.migrations ?? []).filter((m) => m.state === state).map((m) => m.version);

export const folderHas = (api: Api, count: number): Promise<boolean> =>
  until(`${count} migrations`, () => onlyFolder(api)?.migrations.length === count);

/** A line of the tree's first level (Pending, Applied, a note), by its label. */
export const group = (api: Api, label: string): TreeNode | undefined =>
  api.tree.getChildren().find((n) => n.label === label);

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows ?? [];
  } finally {
    await client.end();
  }
}

/** Sessions of others on this database. */
export const sessions = (url: string): Promise<Record<string, unknown>[]> =>
  query(
    url,
    "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
  );

export interface Answers {
  readonly input?: readonly (string | undefined)[];
  /** Beginnings of the labels to take. */
  readonly pick?: readonly string[];
  /** What to press in modal questions. */
  readonly confirm?: readonly string[];
}

/** What the command asked and said, in order. */
export interface Played {
  readonly said: readonly string[];
  readonly asked: readonly InputOptions[];
}

/**
 * Runs a command of the extension with its real server, editor and secrets, and with these answers to its questions:
 * a test host shows neither dialogs nor messages. What is not answered is dismissed.
 */
export async function play(
  api: Api,
  id: string,
  answers: Answers,
  args: readonly unknown[] = [],
  change: Partial<Context> = {},
): Promise<Played> {
  const said: string[] = [];
  const asked: InputOptions[] = [];
  const inputs = [...(answers.input ?? [])];
  const picks = [...(answers.pick ?? [])];
  const confirms = [...(answers.confirm ?? [])];
  const say = async (message: string) => {
    said.push(message);
    return undefined;
  };
  const ui: Context['ui'] = {
    async input(options) {
      asked.push(options);
      const answer = inputs.shift();
      // An input box does not accept what its validation refuses.
      const problem = answer === undefined ? undefined : await options.validate?.(answer);
      if (problem !== undefined) said.push(problem);
      return problem === undefined ? answer : undefined;
    },
    async pick<T>(_: unknown, items: readonly Choice<T>[]) {
      const label = picks.shift();
      if (label === undefined) return undefined;
      const found = items.find((i) => i.label.replace(/^\$\([\w-]+\) /, '').startsWith(label));
      assert.ok(found, `${label} is not among ${items.map((i) => i.label).join(', ')}`);
      return found.value;
    },
    async confirm(message, detail) {
      said.push(`${message}\n${detail}`);
      return confirms.shift();
    },
    folder: async () => undefined,
    info: say,
    warn: say,
    error: say,
  };
  await commands[id]!({ ...api.context, ui, ...change }, ...args);
  return { said, asked };
}
