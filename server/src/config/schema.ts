import { LAYOUT_IDS, TOOL_IDS } from '../tools/index.js';
import { PG_VERSIONS, SEVERITIES, SSL_MODES } from './values.js';

/** The part of JSON Schema that the settings use; also what VS Code's manifest takes under `contributes.configuration`. */
export interface JsonSchema {
  readonly type?: 'string' | 'boolean' | 'integer' | 'array' | 'object' | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
}

export interface Setting {
  readonly schema: JsonSchema & { readonly description: string };
  /** False: only the person's own settings (or a command line flag) may say so, not a file that comes with a repository. */
  readonly inFile: boolean;
}

/** A time as PostgreSQL reads it in `SET lock_timeout`. */
const DURATION: JsonSchema = {
  type: 'string',
  pattern: '^\\d+(ms|s|min|h)?$',
  patternErrorMessage: 'a number and a unit, such as 500ms, 5s or 2min; 0 means no limit',
};

const CONNECTION: JsonSchema = {
  type: 'object',
  required: ['id', 'host', 'database', 'user'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', minLength: 1, description: 'Short name, unique among the connections.' },
    label: { type: 'string', description: 'What the sidebar shows; the id when empty.' },
    kind: {
      enum: ['local', 'shared', 'production'],
      default: 'shared',
      description: 'production is read-only; local allows rollback when the host is this machine.',
    },
    host: { type: 'string', minLength: 1, description: 'Host name, address, or the folder of a Unix socket.' },
    port: { type: 'integer', minimum: 1, maximum: 65535, default: 5432, description: 'Port of the server.' },
    database: { type: 'string', minLength: 1, description: 'Name of the database.' },
    user: {
      type: 'string',
      minLength: 1,
      description: 'Role to connect as. The password is kept in the secret storage, never here.',
    },
    ssl: { enum: SSL_MODES, default: 'prefer', description: 'As sslmode of libpq.' },
  },
};

/** All settings, once: the resolver, `lockstep.json`'s schema and the manifest are read from here. */
export const settings = {
  pgVersion: setting(
    'integer',
    14,
    'Oldest PostgreSQL major version that the migrations run on. Locks and rewrites are judged for it.',
    { enum: PG_VERSIONS },
  ),
  rules: setting('object', {}, 'Severity by rule id; off switches a rule off.', {
    additionalProperties: { enum: SEVERITIES },
  }),
  migrations: setting('array', [], 'Migration folders by hand. They win over what Lockstep finds by itself.', {
    items: {
      type: 'object',
      required: ['folder'],
      additionalProperties: false,
      properties: {
        folder: { type: 'string', description: 'Relative to the workspace folder.' },
        layout: {
          enum: LAYOUT_IDS,
          description: 'How versions and halves are named; guessed from the files when empty.',
        },
        tool: { enum: TOOL_IDS, description: 'Whose tracking table and transactions hold.' },
      },
    },
  }),
  exclude: setting('array', [], 'Globs of files and folders that Lockstep does not look at.', {
    items: { type: 'string', minLength: 1 },
  }),
  baseline: setting(
    'string',
    '',
    'Migrations up to and with this version stay quiet: for a history that already ran everywhere.',
  ),
  codeLens: setting('boolean', true, 'Show the strongest lock and the actions of a migration above its text.'),
  inlayHints: setting(
    'string',
    'dangerous',
    'Lock of each statement at its end: of none, of those that block readers or writers, or of all.',
    { enum: ['off', 'dangerous', 'all'] },
  ),
  lockTimeout: setting('string', '5s', 'How long a generated or applied migration waits for a lock.', DURATION),
  statementTimeout: setting(
    'string',
    '0',
    'How long one statement may run when Lockstep applies it; 0 means no limit.',
    DURATION,
  ),
  ledgerTable: setting(
    'string',
    '',
    "Tracking table, with schema when it is not in the search path; the tool's own when empty.",
  ),
  connections: setting('array', [], 'Databases, without passwords.', { items: CONNECTION }),
  allowApplyOnShared: setting(
    'boolean',
    false,
    'Allow applying to shared databases, after a typed confirmation. Never for production.',
    {},
    false,
  ),
  localHosts: setting(
    'array',
    [],
    'Host names that count as this machine, such as the service name of a dev container. Rollback is allowed there.',
    { items: { type: 'string', minLength: 1 } },
    false,
  ),
  connectOnOpen: setting(
    'boolean',
    false,
    'Ask a local database for its state as soon as a folder with migrations is opened. Off: nothing is asked before you do.',
    {},
    false,
  ),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingKey = keyof typeof settings;

/** The schema of `lockstep.json`. */
export function fileSchema(): object {
  const properties = Object.fromEntries(
    Object.entries(settings)
      .filter(([, { inFile }]) => inFile)
      .map(([key, { schema }]) => [key, schema]),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Lockstep',
    description: 'Settings of Lockstep for this repository; they win over those of the editor.',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...properties },
  };
}

function setting(
  type: JsonSchema['type'] & string,
  value: unknown,
  description: string,
  more: JsonSchema = {},
  inFile = true,
): Setting {
  return { schema: { ...more, type, default: value, description }, inFile };
}
