import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { PassThrough } from 'node:stream';
import { createConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import {
  type ClientCapabilities,
  type CodeAction,
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
} from 'vscode-languageserver-protocol/node';
import { URI } from 'vscode-uri';
import { startServer } from '../../server/src/lsp/server.js';

const PULL: ClientCapabilities = {
  textDocument: { diagnostic: { dynamicRegistration: false } },
  workspace: {
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'], changeAnnotationSupport: {} },
    workspaceFolders: true,
    configuration: true,
  },
};

/** A language client without an editor: the real server in this process, messages through streams. */
export class LspClient {
  readonly root: string;
  readonly connection: ProtocolConnection;
  readonly logs: string[] = [];
  readonly published = new Map<string, Diagnostic[]>();
  /** Methods that the server registered for later. */
  readonly registered: string[] = [];
  /** Notifications that nobody here listens to. */
  readonly unheard: string[] = [];
  settings: Record<string, unknown>;
  #version = 1;

  private constructor(root: string, settings: Record<string, unknown>, env: Record<string, string | undefined>) {
    this.root = root;
    this.settings = settings;
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
    startServer(server, {
      now: () => new Date('2026-11-21T10:15:00Z'),
      env,
      version: 'test',
      ruleLink: (rule) => `file:///docs/rules/${rule}.md`,
    });
    this.connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings),
    );
    this.connection.onNotification(
      'window/logMessage',
      ({ message }: { message: string }) => void this.logs.push(message),
    );
    this.connection.onNotification(
      'textDocument/publishDiagnostics',
      (p: { uri: string; diagnostics: Diagnostic[] }) => void this.published.set(p.uri, p.diagnostics),
    );
    this.connection.onRequest('workspace/diagnostic/refresh', () => null);
    this.connection.onRequest(
      'client/registerCapability',
      ({ registrations }: { registrations: readonly { method: string }[] }) => {
        this.registered.push(...registrations.map((r) => r.method));
        return null;
      },
    );
    this.connection.onUnhandledNotification(({ method }) => void this.unheard.push(method));
    this.connection.listen();
  }

  /** Writes the files into a new folder and starts a server on it. Paths are relative, with `/`. */
  static async start(
    files: Readonly<Record<string, string>>,
    options: {
      settings?: Record<string, unknown>;
      env?: Record<string, string | undefined>;
      capabilities?: ClientCapabilities;
      initializationOptions?: unknown;
      /** The workspace folders, by the path of the new folder. */
      folders?: (root: string) => readonly { readonly uri: string; readonly name: string }[];
    } = {},
  ): Promise<LspClient> {
    const root = mkdtempSync(path.join(os.tmpdir(), 'lockstep-lsp-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const client = new LspClient(root, options.settings ?? {}, options.env ?? {});
    await client.connection.sendRequest('initialize', {
      processId: null,
      rootUri: URI.file(root).toString(),
      workspaceFolders: options.folders?.(root) ?? [{ uri: URI.file(root).toString(), name: 'work' }],
      capabilities: options.capabilities ?? PULL,
      initializationOptions: options.initializationOptions ?? { lockstepClient: true },
    });
    await client.connection.sendNotification('initialized', {});
    return client;
  }

  uri(name: string): string {
    return URI.file(path.join(this.root, name)).toString();
  }

  async open(name: string, text: string): Promise<string> {
    const uri = this.uri(name);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'sql', version: 1, text },
    });
    return uri;
  }

  async change(uri: string, text: string): Promise<void> {
    this.#version += 1;
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: this.#version },
      contentChanges: [{ text }],
    });
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.connection.sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.items;
  }

  async codeActions(uri: string, diagnostic: Diagnostic | undefined, only?: string[]): Promise<CodeAction[]> {
    const zero = { line: 0, character: 0 };
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range: diagnostic?.range ?? { start: zero, end: zero },
      context: { diagnostics: diagnostic ? [diagnostic] : [], ...(only ? { only } : {}) },
    });
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    this.connection.dispose();
    rmSync(this.root, { recursive: true, force: true });
  }
}
