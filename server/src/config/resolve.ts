import type { PgMajor } from '../core/effects/effect.js';
import type { ModelConfig } from '../core/model.js';
import { rules } from '../core/rules/index.js';
import { globs } from './globs.js';
import { type SettingKey, settings } from './schema.js';
import { validate } from './validate.js';
import type { SSL_MODES } from './values.js';

/** A database of the settings; its password comes from elsewhere. */
export interface ConfiguredConnection {
  readonly id: string;
  readonly label: string;
  readonly kind: 'local' | 'shared' | 'production';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly ssl: (typeof SSL_MODES)[number];
}

export interface ResolvedConfig extends ModelConfig {
  readonly codeLens: boolean;
  readonly inlayHints: 'off' | 'dangerous' | 'all';
  readonly lockTimeout: string;
  readonly statementTimeout: string;
  /** Undefined: the tool's own. */
  readonly ledgerTable: string | undefined;
  readonly allowApplyOnShared: boolean;
  readonly localHosts: readonly string[];
  readonly connections: readonly ConfiguredConnection[];
  readonly connectOnOpen: boolean;
  /** The globs behind `isExcluded`. */
  readonly exclude: readonly string[];
  /** For a path relative to the workspace folder, with `/`. */
  isExcluded(relativePath: string): boolean;
}

export interface ConfigProblem {
  readonly source: 'settings' | 'lockstep.json';
  /** What, where, and what to do. */
  readonly message: string;
}

type Values = Partial<Record<SettingKey, unknown>>;

/**
 * The one configuration of a workspace folder: defaults, then the editor's settings, then its `lockstep.json`.
 * An invalid value is reported and the value below it stays. `rules` are merged by id.
 */
export function resolveConfig(
  editor: unknown,
  file: string | undefined,
): { config: ResolvedConfig; problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const fromEditor = isRecord(editor) ? read(editor, 'settings', problems) : {};
  const fromFile = file === undefined ? {} : read(parse(file, problems), 'lockstep.json', problems);
  const values = { ...defaults(), ...fromEditor, ...fromFile };
  values.rules = { ...(fromEditor.rules as object | undefined), ...(fromFile.rules as object | undefined) };
  return { config: toConfig(values, problems), problems };
}

function defaults(): Values {
  return Object.fromEntries(Object.entries(settings).map(([key, { schema }]) => [key, schema.default]));
}

function parse(text: string, problems: ConfigProblem[]): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isRecord(value)) return value;
    problems.push({
      source: 'lockstep.json',
      message: 'lockstep.json must hold an object: { "pgVersion": 16 }. It is ignored.',
    });
  } catch (error) {
    problems.push({
      source: 'lockstep.json',
      message: `lockstep.json is not valid JSON and is ignored: ${(error as Error).message}. Correct it; comments and trailing commas are not allowed.`,
    });
  }
  return {};
}

function read(
  from: Readonly<Record<string, unknown>>,
  source: ConfigProblem['source'],
  problems: ConfigProblem[],
): Values {
  const values: Values = {};
  const prefix = source === 'settings' ? 'lockstep.' : '';
  const report = (text: string) =>
    problems.push({ source, message: source === 'settings' ? `Setting ${text}` : `lockstep.json: ${text}` });
  for (const [key, value] of Object.entries(from)) {
    if (!Object.hasOwn(settings, key)) {
      // The editor's section also holds settings of the client itself.
      if (source === 'lockstep.json' && key !== '$schema')
        report(`${key} is not known; it is ignored. Known are ${knownInFile()}.`);
      continue;
    }
    const { schema, inFile } = settings[key as SettingKey];
    if (source === 'lockstep.json' && !inFile) {
      report(
        `${key} loosens a safeguard, so a file of the repository cannot set it. Set lockstep.${key} in your own settings.`,
      );
      continue;
    }
    if (value === null || value === undefined) continue;
    const at = `${prefix}${key}`;
    const checked = validate(schema, value, at);
    for (const problem of checked.problems) report(problem);
    if (checked.value !== undefined) values[key as SettingKey] = refine(key as SettingKey, checked.value, at, report);
  }
  return values;
}

/** What the schema cannot say. */
function refine(key: SettingKey, value: unknown, at: string, report: (problem: string) => void): unknown {
  if (key === 'rules') return knownRules(value as ResolvedConfig['rules'], at, report);
  if (key === 'migrations') return foldersBelow(value as ResolvedConfig['migrations'], at, report);
  return value;
}

function knownRules(
  given: ResolvedConfig['rules'],
  at: string,
  report: (problem: string) => void,
): ResolvedConfig['rules'] {
  const known = new Set(rules.map((rule) => rule.id));
  for (const id of Object.keys(given))
    if (!known.has(id)) report(`${at}.${id} is not a rule; it is ignored. The rules are listed in docs/rules.`);
  return Object.fromEntries(Object.entries(given).filter(([id]) => known.has(id)));
}

/** `./db/migrations/` and `db\migrations` are `db/migrations`; what leaves the workspace folder is left out. */
function foldersBelow(
  given: ResolvedConfig['migrations'],
  at: string,
  report: (problem: string) => void,
): ResolvedConfig['migrations'] {
  return given.flatMap((entry, i) => {
    const slashes = entry.folder.trim().replaceAll('\\', '/');
    const parts = slashes.split('/').filter((part) => part !== '' && part !== '.');
    if (!/^(\/|[a-z]:)/i.test(slashes) && !parts.includes('..')) return [{ ...entry, folder: parts.join('/') }];
    report(`${at}[${i}].folder must lie below the workspace folder, but is "${entry.folder}"; it is ignored.`);
    return [];
  });
}

function knownInFile(): string {
  return Object.entries(settings)
    .filter(([, { inFile }]) => inFile)
    .map(([key]) => key)
    .join(', ');
}

function toConfig(values: Values, problems: ConfigProblem[]): ResolvedConfig {
  const text = (key: SettingKey) => (values[key] as string).trim() || undefined;
  return {
    pgVersion: values.pgVersion as PgMajor,
    rules: values.rules as ResolvedConfig['rules'],
    migrations: values.migrations as ResolvedConfig['migrations'],
    baseline: text('baseline'),
    codeLens: values.codeLens as boolean,
    inlayHints: values.inlayHints as ResolvedConfig['inlayHints'],
    lockTimeout: values.lockTimeout as string,
    statementTimeout: values.statementTimeout as string,
    ledgerTable: text('ledgerTable'),
    allowApplyOnShared: values.allowApplyOnShared as boolean,
    localHosts: values.localHosts as readonly string[],
    connections: uniqueConnections(values.connections as readonly ConfiguredConnection[], problems),
    connectOnOpen: values.connectOnOpen as boolean,
    exclude: values.exclude as readonly string[],
    isExcluded: globs(values.exclude as readonly string[]),
  };
}

function uniqueConnections(
  all: readonly ConfiguredConnection[],
  problems: ConfigProblem[],
): readonly ConfiguredConnection[] {
  const byId = new Map<string, ConfiguredConnection>();
  for (const connection of all) {
    if (byId.has(connection.id))
      problems.push({
        source: 'settings',
        message: `Two connections have the id "${connection.id}"; the first is used. Give the other one another id.`,
      });
    else byId.set(connection.id, { ...connection, label: connection.label || connection.id });
  }
  return [...byId.values()];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
