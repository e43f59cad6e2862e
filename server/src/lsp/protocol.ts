/**
 * The messages between client and server beyond LSP itself. The only file that both sides import.
 * No `vscode` types, no Node built-ins: plain data, so that any editor can speak it.
 */

export type MigrationState = 'applied' | 'pending' | 'outOfOrder' | 'modified' | 'missing' | 'failed' | 'unknown';

export interface RangeDto {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export interface MigrationDto {
  readonly id: string;
  /** As the ledger writes it. */
  readonly version: string;
  readonly name: string;
  /** The version as the file name has it: `0042` where the ledger says `42`. */
  readonly number: string;
  /** Number and name. */
  readonly label: string;
  readonly upUri: string | undefined;
  readonly downUri: string | undefined;
  /** Line where the down begins, from 0, when its file holds more than that. */
  readonly downLine: number | undefined;
  readonly state: MigrationState;
  /** `next`: what Apply Next would run. `last`: what Roll Back would take back. */
  readonly turn: 'next' | 'last' | undefined;
  /** ISO 8601. */
  readonly appliedAt: string | undefined;
  readonly executionMs: number | undefined;
  /** One sentence on a state that needs attention: what differs, and what to do. */
  readonly note: string | undefined;
  /** What the last run on this database failed with, for as long as the file is as it was then. The state stays what the ledger says. */
  readonly failure: string | undefined;
}

export interface EnvironmentDto {
  readonly id: string;
  readonly label: string;
  readonly kind: 'local' | 'shared' | 'production';
  /** `host:port/database` without user and password; for display. */
  readonly target: string;
  /** Kind and database: `local/app_dev`. */
  readonly title: string;
  /** All that a person needs to know before saying yes: `127.0.0.1:5432/app_dev as app (local)`. */
  readonly sentence: string;
  readonly user: string | undefined;
  readonly source: 'setting' | 'env' | 'dotenv' | 'pgenv';
  /** True when a password is at hand (any source). */
  readonly hasPassword: boolean;
}

export interface FolderDto {
  /** URI of the migration folder. */
  readonly folder: string;
  /** Short name, unique among the folders shown. */
  readonly label: string;
  readonly layout: string;
  readonly tool: string;
  readonly problems: readonly { readonly uri: string; readonly message: string }[];
  readonly migrations: readonly MigrationDto[];
  /** The environment asked, when there is one. */
  readonly environment: EnvironmentDto | undefined;
  /** `notAsked`: nobody asked to connect yet. `ok`. `error`: see message. */
  readonly database: {
    readonly state: 'none' | 'notAsked' | 'ok' | 'error';
    readonly message: string | undefined;
    /** The password is wrong or missing: another one may help. */
    readonly needsPassword: boolean;
    readonly serverVersion: string | undefined;
  };
  /** Rollback by one click is allowed: local database, trusted, something applied. */
  readonly canRollBack: boolean;
  readonly canApply: boolean;
  /** Number of the last applied migration. */
  readonly current: string | undefined;
  readonly pendingCount: number;
}

/** Request `lockstep/status`: the state of all folders; asks their databases only when `connect` says so. */
export interface StatusParams {
  /** `local`: only those that are on this machine. */
  readonly connect: boolean | 'local';
  /** Connects for this folder only. */
  readonly folder?: string;
}
export interface StatusResult {
  /** Of two answers the one with the higher number holds, whichever was asked for or came first. A new server begins anew. */
  readonly revision: number;
  readonly folders: readonly FolderDto[];
  readonly environments: readonly EnvironmentDto[];
  /** Id of the one that Connect takes without asking; undefined: which one is meant has to be asked. */
  readonly obvious: string | undefined;
  /** Why connections that are named somewhere are not among them. */
  readonly problems: readonly string[];
}

/** A connection as the client sends it; the password travels only in this message, over the private channel. */
export interface ConnectionDto {
  readonly id: string;
  readonly label: string;
  readonly kind: 'local' | 'shared' | 'production';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly ssl: 'disable' | 'prefer' | 'require' | 'verify-full';
  readonly password: string | undefined;
  /** From the user's own settings, which hold in every workspace: used only where somebody chose it. */
  readonly personal?: boolean;
}

/** Notification `lockstep/connections`: all connections of the settings with their secrets. */
export interface ConnectionsParams {
  readonly connections: readonly ConnectionDto[];
  /** What the user calls a place in the own settings holds also where the settings of a workspace name it otherwise. */
  readonly marks?: readonly Pick<ConnectionDto, 'host' | 'port' | 'database' | 'kind'>[];
  /** Environment id to use per folder URI; '*' for all others. */
  readonly selected: Readonly<Record<string, string>>;
  readonly trusted: boolean;
}

/** Request `lockstep/testConnection`. Never rejects for an unreachable server. */
export interface TestConnectionParams {
  readonly environment: string | undefined;
  readonly connection: ConnectionDto | undefined;
}
export interface TestConnectionResult {
  readonly ok: boolean;
  readonly message: string;
  readonly serverVersion: string | undefined;
}

/** Request `lockstep/readTyped`: judges what was typed into a box of a new connection, and takes a URL apart. */
export interface ReadTypedParams {
  readonly field: 'host' | 'database' | 'user';
  /** It may hold a password: it is in no log and in no answer but the field of that name. */
  readonly secret: string;
}
export interface ReadTypedResult {
  /** A sentence on what is wrong with it; it does not repeat it. */
  readonly problem: string | undefined;
  /** What a host, or a URL in its place, says; the rest has to be asked. */
  readonly place: TypedPlaceDto | undefined;
}
export interface TypedPlaceDto {
  readonly host: string;
  /** The host is this machine. */
  readonly isLocal: boolean;
  readonly port: number | undefined;
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly ssl: ConnectionDto['ssl'] | undefined;
}

/** Request `lockstep/plan`: what apply or rollback would do, for the confirmation and the preview. */
export interface PlanParams {
  readonly folder: string;
  readonly direction: 'up' | 'down';
  /** up: `next`, `all`, or a migration id to apply up to and with; down: always the last one. */
  readonly target: 'next' | 'all' | 'last' | { readonly upTo: string };
}
export interface PlanStep {
  readonly id: string;
  readonly uri: string;
}
/** A read-only document: the SQL that would be sent. */
export interface PreviewDto {
  readonly title: string;
  readonly text: string;
}
/** What a person has to say yes to before a plan is carried out. Dismissing it means no. */
export interface QuestionDto {
  readonly message: string;
  readonly detail: string;
  /** The button that says yes. */
  readonly action: string;
  /** Behind a button of its own; showing it answers nothing. */
  readonly preview: PreviewDto | undefined;
  /** Where a click is too little: the word to type after it. */
  readonly typed: { readonly title: string; readonly prompt: string; readonly word: string } | undefined;
}
export interface PlanResult {
  /** `ready`: it may run, once the question is answered. `idle`: there is nothing to do. `refused`: it may not. */
  readonly verdict: 'ready' | 'idle' | 'refused';
  /** Why nothing would run, and what to do; empty when it would. */
  readonly message: string;
  /** Where it would run, for the progress: `local/app_dev`. */
  readonly title: string;
  /** Undefined: nothing has to be asked. */
  readonly question: QuestionDto | undefined;
  readonly steps: readonly PlanStep[];
}

/** Request `lockstep/preview`: what a migration sends, or all that is pending in the folder; the files alone without a database. */
export interface PreviewParams {
  readonly folder: string;
  readonly id: string | undefined;
}
export interface PreviewResult {
  readonly preview: PreviewDto | undefined;
  /** Why there is nothing to show. */
  readonly message: string;
}

/** Request `lockstep/run`: carries the plan out. Cancellable; progress comes as `lockstep/runProgress`. */
export interface RunParams extends PlanParams {
  readonly runId: string;
  /** Ids that the user confirmed, in order; refused when the plan has changed since. */
  readonly expected: readonly string[];
  /** What was typed where the plan asked for a word. */
  readonly typed: string | undefined;
  /** The plan had a question, and the answer was yes. What has to be asked runs with that only. */
  readonly asked?: boolean | undefined;
  /** As `next` of the result before says it, when its question was answered. */
  readonly accept?: string | undefined;
}
export interface RunProgress {
  readonly runId: string;
  readonly message: string;
  readonly done: number;
  readonly total: number;
}
export interface RunFailure {
  readonly id: string;
  readonly uri: string;
  readonly range: RangeDto | undefined;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** SQLSTATE. */
  readonly code: string | undefined;
}
export interface RunResult {
  /** `done`; `failed`: a statement failed; `cancelled`; `refused`: nothing was sent; `uncertain`: the connection was lost at a point where the outcome cannot be known. */
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'refused' | 'uncertain';
  /** Final state in one or two sentences: what ran, what was undone, what remains. */
  readonly message: string;
  readonly completed: readonly {
    readonly id: string;
    readonly version: string;
    readonly name: string;
    readonly ms: number;
  }[];
  readonly failure: RunFailure | undefined;
  /** A migration that was interrupted can go on: what has to be asked, and with what the run is then to be requested again. */
  readonly next:
    | { readonly question: QuestionDto; readonly accept: string; readonly expected: readonly string[] }
    | undefined;
}

/** Request `lockstep/newMigration`: computes files; writes nothing. */
export interface NewMigrationParams {
  /** Migration folder; undefined: make `migrations` in the workspace folder given. */
  readonly folder: string | undefined;
  readonly workspaceFolder: string | undefined;
  readonly name: string;
  readonly template: string;
  /** Values of the template's fields, by field id. */
  readonly values: Readonly<Record<string, string>>;
}
export interface NewMigrationResult {
  readonly files: readonly { readonly uri: string; readonly text: string; readonly role?: 'up' | 'down' | 'other' }[];
  /** When nothing could be made: why. */
  readonly error: string | undefined;
}

/** Request `lockstep/templates`. */
export interface TemplateDto {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly fields: readonly {
    readonly id: string;
    readonly label: string;
    readonly placeholder: string;
    readonly required: boolean;
  }[];
}

/** Request `lockstep/counterpart`. */
export interface CounterpartParams {
  readonly uri: string;
  /** Where in the file: it may hold both halves. */
  readonly position?: RangeDto['start'] | undefined;
}
export interface CounterpartResult {
  readonly uri: string | undefined;
  readonly exists: boolean;
  /** Of the file asked about. */
  readonly direction: 'up' | 'down' | undefined;
  /** For a down file that does not exist yet: what undoes the up, as far as that can be derived. */
  readonly text: string | undefined;
  /** Where in its file it begins. */
  readonly range: RangeDto | undefined;
  /** For a down that does not exist yet and belongs into the same file: what adds it. */
  readonly edit: { readonly range: RangeDto; readonly newText: string } | undefined;
}

/** Argument of the command `lockstep.applyChange`: what a code action does that makes or edits several files. */
export interface ChangeDto {
  readonly newFiles: readonly { readonly uri: string; readonly text: string }[];
  readonly edits: readonly {
    readonly uri: string;
    /** Of the open document that the edits are for; undefined: it was not open. */
    readonly version: number | undefined;
    readonly edits: readonly { readonly range: RangeDto; readonly newText: string }[];
  }[];
}

export const methods = {
  status: 'lockstep/status',
  statusChanged: 'lockstep/statusChanged',
  connections: 'lockstep/connections',
  testConnection: 'lockstep/testConnection',
  readTyped: 'lockstep/readTyped',
  plan: 'lockstep/plan',
  preview: 'lockstep/preview',
  run: 'lockstep/run',
  runProgress: 'lockstep/runProgress',
  newMigration: 'lockstep/newMigration',
  templates: 'lockstep/templates',
  counterpart: 'lockstep/counterpart',
} as const;
