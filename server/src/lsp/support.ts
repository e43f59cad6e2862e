import { type InitializeParams, MarkupKind } from 'vscode-languageserver';

/** What a client can do with an edit; without it, files are made by plain text edits only. */
export interface ActionSupport {
  /** Edits come with the version of the text that they are for. */
  readonly documentChanges: boolean;
  readonly createFiles: boolean;
  readonly annotations: boolean;
  /** Lockstep's own VS Code client: has the commands that actions and lenses may call. */
  readonly commands: boolean;
}

/** What the client said that it can do. What it does not mention, it cannot: other editors leave most of it out. */
export interface ClientSupport extends ActionSupport {
  /** Asks for diagnostics; others are sent them. */
  readonly pulls: boolean;
  /** Answers `workspace/configuration`. */
  readonly configuration: boolean;
  readonly registersConfiguration: boolean;
  readonly registersWatchers: boolean;
  readonly workspaceFolders: boolean;
  readonly markdown: boolean;
  readonly nestedSymbols: boolean;
}

export function supportOf({ capabilities, initializationOptions }: InitializeParams): ClientSupport {
  const { textDocument, workspace } = capabilities;
  const edit = workspace?.workspaceEdit;
  const documentChanges = edit?.documentChanges === true;
  const formats = textDocument?.hover?.contentFormat;
  const commands = (initializationOptions as { lockstepClient?: boolean } | null | undefined)?.lockstepClient === true;
  return {
    documentChanges,
    createFiles: documentChanges && edit?.resourceOperations?.includes('create') === true,
    annotations: edit?.changeAnnotationSupport !== undefined,
    commands,
    pulls: textDocument?.diagnostic !== undefined,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    markdown: formats === undefined || formats.includes(MarkupKind.Markdown),
    nestedSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
  };
}
