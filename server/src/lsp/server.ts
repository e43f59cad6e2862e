import {
  type CancellationToken,
  CodeActionKind,
  CodeLensRefreshRequest,
  type Connection,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  type DidChangeConfigurationParams,
  DidChangeWatchedFilesNotification,
  type DocumentSymbol,
  type InitializeParams,
  type InitializeResult,
  InlayHintRefreshRequest,
  type ServerCapabilities,
  type SymbolInformation,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { loadParser } from '../core/index.js';
import { EVIDENCE } from '../tools/index.js';
import { DatabaseService } from './database.js';
import { guarded } from './guarded.js';
import { codeActionsOf, FIX_ALL } from './handlers/codeActions.js';
import { codeLensesOf } from './handlers/codeLens.js';
import { diagnosticsOf } from './handlers/diagnostics.js';
import { hoverOf } from './handlers/hover.js';
import { inlayHintsOf } from './handlers/inlayHints.js';
import { counterpartAt, newMigration, templateList } from './handlers/scaffold.js';
import { symbolsOf } from './handlers/symbols.js';
import { readTyped } from './handlers/typed.js';
import * as protocol from './protocol.js';
import { type ClientSupport, supportOf } from './support.js';
import { type Root, Workspace } from './workspace.js';

/** What the server needs of the machine it runs on. */
export interface ServerWorld {
  readonly now: () => Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Address of a rule's documentation page. */
  readonly ruleLink: (rule: string) => string;
}

/** Answers on a connection until it is closed. `world`: what it would else take from the process. */
export function startServer(connection: Connection, world: ServerWorld): void {
  new Server(connection, world).listen();
}

/** A client that refuses, or is gone, is no reason to end: an unhandled rejection would. */
function quietly(sent: Promise<unknown>): void {
  sent.catch(() => {});
}

const PUSH_DELAY_MS = 80;
const RECHECK_DELAY_MS = 300;
const WATCHED = ['**/*.{sql,SQL}', ...[...EVIDENCE].map((name) => `**/${name}`), '**/lockstep.json', '**/.env'];

class Server {
  readonly #connection: Connection;
  readonly #world: ServerWorld;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #workspace: Workspace;
  readonly #database: DatabaseService;
  readonly #parser = loadParser();
  /** Resolves when the parser is loaded and the first workspace folders are known: no file may be judged before. */
  readonly #started: Promise<void>;
  #start!: () => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #recheckTimer: NodeJS.Timeout | undefined;
  #params: InitializeParams | undefined;
  #support!: ClientSupport;
  /** Settings that the client sent by itself: with `initialize`, later with each change. */
  #sent: unknown;

  constructor(connection: Connection, world: ServerWorld) {
    this.#connection = connection;
    this.#world = world;
    this.#started = new Promise((resolve) => {
      this.#start = resolve;
    });
    this.#workspace = new Workspace(world.now, world.ruleLink, (m) => this.#log(m));
    this.#database = new DatabaseService(this.#workspace, world, {
      log: (m) => this.#log(m),
      progress: (p) => quietly(connection.sendNotification(protocol.methods.runProgress, p)),
      changed: () => this.#databaseChanged(),
    });
  }

  listen(): void {
    this.#connection.onInitialize((params) => this.#initialize(params));
    this.#connection.onInitialized(() => {
      this.#initialized().catch((error) => this.#log(String(error?.stack ?? error)));
    });
    this.#connection.onShutdown(() => this.#database.dispose());
    this.#onDocuments();
    this.#onLanguageFeatures();
    this.#onCustomRequests();
    this.#documents.listen(this.#connection);
    this.#connection.listen();
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#params = params;
    this.#support = supportOf(params);
    this.#sent = (params.initializationOptions as { settings?: unknown } | null | undefined)?.settings;
    return { capabilities: this.#capabilities(), serverInfo: { name: 'lockstep', version: this.#world.version } };
  }

  #capabilities(): ServerCapabilities {
    return {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: false },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
      hoverProvider: true,
      codeLensProvider: { resolveProvider: false },
      inlayHintProvider: { resolveProvider: false },
      documentSymbolProvider: true,
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      ...(this.#support.pulls
        ? { diagnosticProvider: { identifier: 'lockstep', interFileDependencies: true, workspaceDiagnostics: false } }
        : {}),
    };
  }

  async #initialized(): Promise<void> {
    const { workspaceFolders, rootUri } = this.#params!;
    const folders = workspaceFolders ?? (rootUri ? [{ uri: rootUri, name: rootUri.split('/').at(-1)! }] : []);
    try {
      await this.#parser;
      for (const folder of folders) this.#workspace.addRoot(folder.uri, folder.name, await this.#settings(folder.uri));
    } finally {
      this.#start();
    }
    this.#connection.onDidChangeConfiguration(this.#safely((change) => this.#reconfigure(change)));
    if (this.#support.workspaceFolders) {
      this.#connection.workspace.onDidChangeWorkspaceFolders(
        this.#safely(async ({ added, removed }) => {
          for (const folder of removed) this.#workspace.removeRoot(folder.uri);
          for (const folder of added)
            this.#workspace.addRoot(folder.uri, folder.name, await this.#settings(folder.uri));
          await this.#workspace.allReady();
          this.#filesChanged();
        }),
      );
    }
    await this.#register();
    await this.#workspace.allReady();
    this.#filesChanged();
  }

  /** A client that refuses loses what it refused, no more. */
  async #register(): Promise<void> {
    const { client } = this.#connection;
    try {
      if (this.#support.registersConfiguration)
        await client.register(DidChangeConfigurationNotification.type, { section: 'lockstep' });
      if (this.#support.registersWatchers) {
        const watchers = WATCHED.map((globPattern) => ({ globPattern }));
        await client.register(DidChangeWatchedFilesNotification.type, { watchers });
      }
    } catch (error) {
      this.#log(`The client does not tell of changes: ${String(error)}`);
    }
  }

  async #settings(scopeUri: string): Promise<unknown> {
    if (this.#support.configuration) {
      try {
        return await this.#connection.workspace.getConfiguration({ scopeUri, section: 'lockstep' });
      } catch (error) {
        this.#log(`The client did not give its settings: ${String(error)}`);
      }
    }
    return this.#sent;
  }

  async #reconfigure({ settings }: DidChangeConfigurationParams): Promise<void> {
    // What a client sends that cannot be asked: all its settings, by their first word.
    this.#sent = (settings as { lockstep?: unknown } | null | undefined)?.lockstep ?? this.#sent;
    for (const root of this.#workspace.roots) {
      for (const problem of this.#workspace.configure(root, await this.#settings(root.uri))) this.#log(problem);
    }
    this.#filesChanged();
  }

  /** A notification has no answer that could fail: what goes wrong is logged, and the server goes on. */
  #safely<T>(work: (event: T) => Promise<void>): (event: T) => Promise<void> {
    return (event) => work(event).catch((error) => this.#log(String(error?.stack ?? error)));
  }

  #onDocuments(): void {
    this.#documents.onDidOpen(
      this.#safely(async ({ document }) => {
        await this.#started;
        await this.#withNeighbours(document);
      }),
    );
    this.#documents.onDidChangeContent(
      this.#safely(async ({ document }) => {
        await this.#started;
        this.#workspace.documentChanged(document);
        this.#recheckSoon();
        this.#push(document.uri);
      }),
    );
    this.#documents.onDidClose(
      this.#safely(async ({ document }) => {
        await this.#started;
        await this.#workspace.documentClosed(document.uri);
        if (!this.#support.pulls) quietly(this.#connection.sendDiagnostics({ uri: document.uri, diagnostics: [] }));
      }),
    );
    this.#connection.onDidChangeWatchedFiles(
      this.#safely(async ({ changes }) => {
        await this.#started;
        await this.#workspace.allReady();
        for (const { uri } of changes) {
          await this.#workspace.fileChanged(uri);
          const root = this.#workspace.rootOf(uri);
          if (root && uri === `${root.uri}/lockstep.json`)
            this.#workspace.configure(root, await this.#settings(root.uri));
        }
        this.#filesChanged();
      }),
    );
  }

  /** A file that is new has often come with others, such as its down file: they are not missing until the watcher tells. */
  async #withNeighbours(document: TextDocument): Promise<void> {
    const { uri } = document;
    const root = this.#workspace.rootOf(uri);
    const folder = uri.slice(0, uri.lastIndexOf('/'));
    if (!root || root.uri === folder || root.model.has(uri)) return;
    await this.#workspace.reread(folder);
    if (this.#documents.get(uri) === document) this.#workspace.documentChanged(document);
    this.#filesChanged();
  }

  /** Checksums of a whole folder are not for every keystroke. */
  #recheckSoon(): void {
    clearTimeout(this.#recheckTimer);
    this.#recheckTimer = setTimeout(() => this.#database.recheck() && this.#refresh(), RECHECK_DELAY_MS);
  }

  /** For clients that do not pull: a short rest after the last keystroke, then one report. */
  #push(uri: string): void {
    if (this.#support.pulls) return;
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(
        this.#safely(async () => {
          this.#timers.delete(uri);
          const version = this.#documents.get(uri)?.version;
          const isStale = () => this.#documents.get(uri)?.version !== version;
          const asked = {
            get isCancellationRequested() {
              return isStale();
            },
          };
          const diagnostics = await diagnosticsOf(this.#workspace, uri, this.#database.failuresIn(uri), asked);
          if (version !== undefined && !isStale())
            quietly(this.#connection.sendDiagnostics({ uri, version, diagnostics }));
        }),
        PUSH_DELAY_MS,
      ),
    );
  }

  #filesChanged(): void {
    this.#database.recheck();
    this.#refresh();
    if (this.#support.commands) quietly(this.#connection.sendNotification(protocol.methods.statusChanged));
  }

  #databaseChanged(): void {
    this.#refresh();
  }

  #refresh(): void {
    const { workspace } = this.#params!.capabilities;
    if (this.#support.pulls && workspace?.diagnostics?.refreshSupport)
      quietly(this.#connection.sendRequest(DiagnosticRefreshRequest.type));
    if (workspace?.codeLens?.refreshSupport) quietly(this.#connection.sendRequest(CodeLensRefreshRequest.type));
    if (workspace?.inlayHint?.refreshSupport) quietly(this.#connection.sendRequest(InlayHintRefreshRequest.type));
    for (const document of this.#documents.all()) this.#push(document.uri);
  }

  #onLanguageFeatures(): void {
    const connection = this.#connection;
    const answer = <T>(label: string, token: CancellationToken, fallback: T, work: () => T | Promise<T>) =>
      guarded(
        label,
        token,
        (m) => this.#log(m),
        fallback,
        () => this.#started.then(work),
      );
    connection.languages.diagnostics.on(({ textDocument: { uri } }, token) =>
      answer(`diagnostics of ${uri}`, token, { kind: 'full' as const, items: [] }, async () => ({
        kind: 'full' as const,
        items: await diagnosticsOf(this.#workspace, uri, this.#database.failuresIn(uri), token),
      })),
    );
    connection.onCodeAction((params, token) =>
      answer('code actions', token, [], () => codeActionsOf(this.#workspace, params, this.#support, token)),
    );
    connection.onHover(({ textDocument, position }, token) =>
      answer('hover', token, null, () => hoverOf(this.#workspace, textDocument.uri, position, this.#support, token)),
    );
    connection.onCodeLens(({ textDocument: { uri } }, token) =>
      answer('code lenses', token, [], () =>
        !this.#support.commands || this.#configOf(uri)?.codeLens === false
          ? []
          : codeLensesOf(this.#workspace, uri, (folder, id) => this.#database.known(folder, id)),
      ),
    );
    connection.languages.inlayHint.on(({ textDocument: { uri }, range }, token) =>
      answer('inlay hints', token, [], () =>
        inlayHintsOf(this.#workspace, uri, range, this.#configOf(uri)?.inlayHints ?? 'dangerous', token),
      ),
    );
    connection.onDocumentSymbol(({ textDocument: { uri } }, token) =>
      answer<DocumentSymbol[] | SymbolInformation[]>('symbols', token, [], () =>
        symbolsOf(this.#workspace, uri, this.#support.nestedSymbols, token),
      ),
    );
  }

  #configOf(uri: string): Root['config'] | undefined {
    return this.#workspace.rootOf(uri)?.config;
  }

  #onCustomRequests(): void {
    const { methods } = protocol;
    const connection = this.#connection;
    const ready = async () => {
      await this.#started;
      await this.#workspace.allReady();
    };
    connection.onRequest(methods.status, async (params: protocol.StatusParams) =>
      ready().then(() => this.#database.status(params)),
    );
    connection.onNotification(methods.connections, (params: protocol.ConnectionsParams) =>
      this.#database.setConnections(params),
    );
    connection.onRequest(methods.testConnection, (params: protocol.TestConnectionParams) =>
      this.#database.test(params),
    );
    connection.onRequest(methods.readTyped, (params: protocol.ReadTypedParams) =>
      readTyped(
        params,
        this.#workspace.roots.flatMap((root) => root.config.localHosts),
      ),
    );
    connection.onRequest(methods.plan, async (params: protocol.PlanParams) =>
      ready().then(() => this.#database.plan(params)),
    );
    connection.onRequest(methods.preview, async (params: protocol.PreviewParams) =>
      ready().then(() => this.#database.preview(params)),
    );
    connection.onRequest(methods.run, async (params: protocol.RunParams, token) => {
      await ready();
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return this.#database.run(params, controller.signal);
    });
    connection.onRequest(methods.newMigration, async (params: protocol.NewMigrationParams, token) =>
      ready().then(() => newMigration(this.#workspace, params, this.#world.now(), token)),
    );
    connection.onRequest(methods.templates, () => templateList());
    connection.onRequest(methods.counterpart, async (params: protocol.CounterpartParams, token) =>
      ready().then(() => counterpartAt(this.#workspace, params, token)),
    );
  }

  #log(message: string): void {
    this.#connection.console.log(message);
  }
}
