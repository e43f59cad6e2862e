import * as vscode from 'vscode';
import type { StatusResult } from '../../../server/src/lsp/protocol.js';
import { contextKeys, migrationUris } from './summary.js';

/** Sets the keys that the manifest's `when` clauses ask for. */
export function publishContexts(status: StatusResult): void {
  for (const [key, value] of Object.entries(contextKeys(status))) setContext(key, value);
  setContext('lockstep.files', migrationUris(status).map(fsPath));
  setContext('lockstep.folders', fsPathsOf(status));
}

const fsPath = (uri: string): string => vscode.Uri.parse(uri).fsPath;
const fsPathsOf = (status: StatusResult): readonly string[] => status.folders.map((f) => fsPath(f.folder));
const setContext = (key: string, value: unknown): void => void vscode.commands.executeCommand('setContext', key, value);
