import * as vscode from 'vscode';
import {
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  type ServerOptions,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import {
  type ConnectionsParams,
  type CounterpartResult,
  methods,
  type NewMigrationResult,
  type PlanResult,
  type PreviewResult,
  type ReadTypedResult,
  type RunProgress,
  type RunResult,
  type StatusResult,
  type TemplateDto,
  type TestConnectionResult,
} from '../../server/src/lsp/protocol.js';
import type { ServerApi } from './context.js';
import { withoutPasswords } from './plain.js';
import { busy } from './ui/progress.js';

const LANGUAGES = ['sql', 'postgres', 'pgsql', 'plpgsql'];

/** The language server and its own requests, typed. Requests wait until it runs. */
export class Client implements ServerApi {
  readonly #client: LanguageClient;
  readonly #runs = new Map<string, (progress: RunProgress) => void>();
  readonly #log: vscode.LogOutputChannel;

  /** `onReady` is called after every start: the first, a wished one, and the one after a crash. */
  constructor(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    onChanged: () => void,
    onReady: () => void,
  ) {
    this.#log = log;
    this.#client = new LanguageClient('lockstep', 'Lockstep', serverOptions(context), this.#options());
    this.#client.onDidChangeState(({ newState }) => newState === State.Running && onReady());
    this.#client.onNotification(methods.statusChanged, onChanged);
    this.#client.onNotification(methods.runProgress, (p: RunProgress) => this.#runs.get(p.runId)?.(p));
  }

  get language(): LanguageClient {
    return this.#client;
  }

  start(): Promise<void> {
    return this.#client.start();
  }

  async restart(): Promise<void> {
    this.#log.info('Restarting the language server.');
    if (this.#client.isRunning()) await this.#client.restart();
    else await this.#client.start();
  }

  async stop(): Promise<void> {
    if (this.#client.isRunning()) await this.#client.stop();
  }

  showLog(): void {
    this.#log.show(true);
  }

  status: ServerApi['status'] = (params) => {
    const ask = () => this.#ask<StatusResult>(methods.status, params);
    return params.connect ? busy(ask) : ask();
  };
  plan: ServerApi['plan'] = (params) => busy(() => this.#ask<PlanResult>(methods.plan, params));
  preview: ServerApi['preview'] = (params) => busy(() => this.#ask<PreviewResult>(methods.preview, params));
  readTyped: ServerApi['readTyped'] = (params) => this.#ask<ReadTypedResult>(methods.readTyped, params);
  testConnection: ServerApi['testConnection'] = (params) =>
    this.#ask<TestConnectionResult>(methods.testConnection, params);
  templates: ServerApi['templates'] = () => this.#ask<readonly TemplateDto[]>(methods.templates, undefined);
  newMigration: ServerApi['newMigration'] = (params) => this.#ask<NewMigrationResult>(methods.newMigration, params);
  counterpart: ServerApi['counterpart'] = (uri, position) =>
    this.#ask<CounterpartResult>(methods.counterpart, { uri, position });

  run: ServerApi['run'] = async (params, token, onProgress) => {
    this.#runs.set(params.runId, onProgress);
    try {
      // Cancelling goes over the protocol, and the server answers with what it left behind.
      return await this.#ask<RunResult>(methods.run, params, token as vscode.CancellationToken);
    } finally {
      this.#runs.delete(params.runId);
    }
  };

  /** A notification: the only message that holds passwords. */
  async sendConnections(params: ConnectionsParams): Promise<void> {
    if (this.#client.isRunning()) await this.#client.sendNotification(methods.connections, params);
  }

  async #ask<R>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<R> {
    if (!this.#client.isRunning()) await this.#client.start();
    return token ? this.#client.sendRequest<R>(method, params, token) : this.#client.sendRequest<R>(method, params);
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: LANGUAGES.map((language) => ({ scheme: 'file', language })),
      outputChannel: this.#log,
      traceOutputChannel: discreet(this.#log),
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { lockstepClient: true, settings: { ...vscode.workspace.getConfiguration('lockstep') } },
    };
  }
}

/** The same channel; a trace of the messages shows no password. */
function discreet(log: vscode.LogOutputChannel): vscode.LogOutputChannel {
  return new Proxy({} as vscode.LogOutputChannel, {
    get(_, key) {
      if (key === 'trace') return (message: string) => log.trace(withoutPasswords(message));
      const value: unknown = Reflect.get(log, key, log);
      return typeof value === 'function' ? value.bind(log) : value;
    },
  });
}

function serverOptions(context: vscode.ExtensionContext): ServerOptions {
  const module = vscode.Uri.joinPath(context.extensionUri, 'server', 'dist', 'server.cjs').fsPath;
  return {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--enable-source-maps'] } },
  };
}
