import type {
  ChangeDto,
  ConnectionDto,
  CounterpartResult,
  NewMigrationParams,
  NewMigrationResult,
  PlanParams,
  PlanResult,
  PreviewParams,
  PreviewResult,
  RangeDto,
  ReadTypedParams,
  ReadTypedResult,
  RunParams,
  RunProgress,
  RunResult,
  StatusParams,
  StatusResult,
  TemplateDto,
  TestConnectionParams,
  TestConnectionResult,
} from '../../server/src/lsp/protocol.js';

/** What commands may ask and say. Every answer may be `undefined`: the person dismissed it, which always means no. */
export interface Ui {
  input(options: InputOptions): Promise<string | undefined>;
  pick<T>(
    options: { readonly title: string; readonly placeholder?: string },
    items: readonly Choice<T>[],
  ): Promise<T | undefined>;
  /** A modal question; the answer is one of `actions`. */
  confirm(message: string, detail: string, ...actions: readonly string[]): Promise<string | undefined>;
  folder(title: string, action: string): Promise<string | undefined>;
  info(message: string, ...actions: readonly string[]): Promise<string | undefined>;
  warn(message: string, ...actions: readonly string[]): Promise<string | undefined>;
  error(message: string, ...actions: readonly string[]): Promise<string | undefined>;
}

export interface InputOptions {
  readonly title: string;
  readonly prompt?: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** A sentence on what is wrong, or `undefined`. */
  readonly validate?: (value: string) => string | undefined | Promise<string | undefined>;
}

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

export interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

/** Shows that something runs, with a Cancel button. */
export type Progress = <T>(
  title: string,
  task: (report: (message: string, share: number) => void, token: Cancellation) => Promise<T>,
) => Promise<T>;

/** The language server's own requests. */
export interface ServerApi {
  status(params: StatusParams): Promise<StatusResult>;
  plan(params: PlanParams): Promise<PlanResult>;
  preview(params: PreviewParams): Promise<PreviewResult>;
  run(params: RunParams, token: Cancellation, onProgress: (progress: RunProgress) => void): Promise<RunResult>;
  readTyped(params: ReadTypedParams): Promise<ReadTypedResult>;
  testConnection(params: TestConnectionParams): Promise<TestConnectionResult>;
  templates(): Promise<readonly TemplateDto[]>;
  newMigration(params: NewMigrationParams): Promise<NewMigrationResult>;
  /** `position`: where in the file, which may hold both halves. */
  counterpart(uri: string, position?: RangeDto['start']): Promise<CounterpartResult>;
  restart(): Promise<void>;
  showLog(): void;
}

/** Files and windows. URIs are strings, as the protocol has them. */
export interface Editor {
  activeUri(): string | undefined;
  /** Of the cursor in the active editor. */
  activePosition(): RangeDto['start'] | undefined;
  workspaceFolders(): readonly { readonly uri: string; readonly name: string }[];
  open(uri: string, range?: RangeDto): Promise<void>;
  openSideBySide(left: string, right: string | undefined): Promise<void>;
  /** Beside the editor that keeps the focus, the first of them in front. */
  openBeside(uris: readonly string[]): Promise<void>;
  /** Makes the new files and edits the others in one step of undo; a sentence when nothing was done. */
  apply(change: ChangeDto): Promise<string | undefined>;
  /** False when a file exists already or cannot be written; nothing is overwritten. */
  createFiles(files: readonly { readonly uri: string; readonly text: string }[]): Promise<boolean>;
  /** Opens the file and edits it, without saving; selects what was written. False when it cannot be edited. */
  edit(uri: string, edit: { readonly range: RangeDto; readonly newText: string }): Promise<boolean>;
  /** Saves those of the files that are open with changes; false when one could not be saved. */
  save(uris: readonly string[]): Promise<boolean>;
  showPreview(name: string, sql: string): Promise<void>;
  reveal(uri: string): Promise<void>;
  copy(text: string): Promise<void>;
  showRule(id: string, url: string): Promise<void>;
  showSetting(id: string): Promise<void>;
  selectText(uri: string, text: string): Promise<void>;
  /** The command line of this extension, quoted for a shell. */
  cli(): string;
  /** The path as the machine's shell wants it, relative to the workspace folder when there is just one. */
  shellPath(uri: string): string;
  /** Adds a migration folder to the workspace's settings; a sentence on what is wrong, or `undefined`. */
  addMigrationFolder(uri: string): Promise<string | undefined>;
}

export type NewConnection = Omit<ConnectionDto, 'id' | 'password'>;

/** Connections of the settings and their secrets. */
export interface Connections {
  list(): readonly (NewConnection & { readonly id: string })[];
  add(connection: NewConnection, password: string): Promise<string>;
  setPassword(id: string, password: string): Promise<void>;
  hasPassword(id: string): Promise<boolean>;
  /** Ids that a password is kept for, also of connections that the settings no longer have. */
  stored(): Promise<readonly string[]>;
  forgetPassword(id: string): Promise<void>;
  /** `folder` undefined: for all folders. */
  select(environment: string, folder: string | undefined): Promise<void>;
  /** Sends everything to the server. */
  publish(): Promise<void>;
}

export interface Store {
  readonly status: StatusResult | undefined;
  /** Asks the server again; `connect` only as the consequence of an act of the user. */
  refresh(params: StatusParams): Promise<StatusResult>;
}

/** All that a command gets. No `vscode` here: commands are tested with a fake of this. */
export interface Context {
  readonly ui: Ui;
  readonly progress: Progress;
  readonly server: ServerApi;
  readonly editor: Editor;
  readonly connections: Connections;
  readonly store: Store;
  trusted(): boolean;
  focus(folder: string, id: string): Promise<void>;
  /** For what goes wrong after the command has returned, such as behind a button of a message. */
  failed(error: unknown): void;
}

export type Command = (context: Context, ...args: readonly unknown[]) => Promise<unknown>;
