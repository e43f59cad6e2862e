import { wholeHalf } from '../../core/migrations/halves.js';
import type { Layout } from '../../core/migrations/layout.js';
import { listByNames } from '../../core/migrations/listing.js';
import type { LayoutProblem, Migration, MigrationFile, TransactionMode } from '../../core/migrations/migration.js';
import { bestTally } from '../../core/migrations/tally.js';
import type { ListInput, Listing, Sent, Tool } from '../../core/migrations/tool.js';
import { keptChecksum } from '../lib/hash.js';
import { filled, firstPlaceholder, flywayChecksum } from './checksum.js';
import { configuredFor, SETTINGS_FILES } from './settings.js';
import { compareVersions, version, versionKey } from './versions.js';

const NAME = /^((?:.*\/)?)([VUB])(\d+(?:[._]\d+)*)(?:__(.*))?\.sql$/is;
const REPEATABLE = /^(?:.*\/)?R__(.+)\.sql$/is;

/** `V1_2__add_users.sql`: resource/ResourceNameParser.java; the prefix is upper case. Others belong to callbacks or to nothing. */
const flywayFile: Layout = {
  id: 'flyway',
  example: 'V1__add_users.sql',
  read(path) {
    const match = NAME.exec(path);
    const [, , prefix, written, name = ''] = match ?? [];
    if (prefix === 'V' || prefix === 'U')
      return { kind: 'half', version: written!, name, direction: prefix === 'V' ? 'up' : 'down' };
    return /(^|\/)[VU]\d[^/]*\.sql$/i.test(path) && /(^|\/)[VU]/.test(path) ? { kind: 'notANumber' } : undefined;
  },
  stem: (number, name) => `V${number}__${name}`,
  paths: (stem) => ({ up: `${stem}.sql`, down: `${stem.replace(/(^|\/)V(?=[^/]*$)/, '$1U')}.sql` }),
};

/** Databases that a folder of migrations may be for, by its name. */
const OTHER_DATABASES =
  /(^|\/)(h2|mysql|mariadb|oracle|sqlserver|mssql|sqlite|hsqldb|derby|db2|clickhouse|snowflake)(\/|$)/i;
const DEFAULT_LOCATION = /^(?:.*\/)?db\/migration(?=\/(?!postgres)|$)/i;

/** Flyway (github.com/flyway/flyway, observed: 13.12). Sends statement by statement, cut by a parser that knows PostgreSQL. */
export const flyway: Tool = {
  id: 'flyway',
  title: 'Flyway',
  layouts: [flywayFile],
  evidence: [...SETTINGS_FILES, '*.sql.conf', 'Cargo.toml'],
  activation: ['**/flyway.toml', '**/flyway.conf', '**/db/migration/**/*.sql'],
  recursive: true,
  downs: 'optional',
  detect(candidate) {
    const versioned = bestTally([flywayFile], candidate.paths);
    const isNamed = versioned !== undefined || [...candidate.paths].some((path) => REPEATABLE.test(path));
    if (!isNamed || OTHER_DATABASES.test(candidate.folder)) return undefined;
    const { pairs, ups } = versioned ?? { pairs: 0, ups: 0 };
    const configured = configuredFor(candidate);
    if (configured) return { strength: 'configured', layout: flywayFile, pairs, ups, ...configured };
    // The names of refinery's files are alike.
    if (candidate.above('Cargo.toml').some(({ text }) => /^[ \t]*refinery\b/m.test(text))) return undefined;
    const root = DEFAULT_LOCATION.exec(candidate.folder)?.[0];
    return { strength: 'marked', layout: flywayFile, pairs, ups, ...(root === undefined ? {} : { root }) };
  },
  list,
  version,
  compare: compareVersions,
  beginning: { kind: 'sequence', last: 0n, width: 1, step: 1n },
  misread: (_script, file) =>
    isMixed(file)
      ? [
          {
            span: firstAlone(file)!.statement.span,
            message: 'Flyway refuses a file in which this statement stands beside others that run in a transaction.',
            advice: 'Give it a migration of its own, or set mixed=true.',
          },
        ]
      : [],
  unrunnable(script, file) {
    if (isMixed(file))
      return {
        message: 'mixes statements that cannot run in a transaction with others: Flyway refuses it unless mixed=true.',
        span: firstAlone(file)!.statement.span,
      };
    const span = firstPlaceholder(script.text, file.options);
    return (
      span && {
        message: `holds the placeholder ${script.text.slice(span.start, span.end)}, which only Flyway fills in (in strings and comments too). Run it with Flyway.`,
        span,
      }
    );
  },
  checksum(migration, options) {
    const text = migration.up?.text;
    if (migration.kind !== 'repeatable' || text === undefined || !firstPlaceholder(text, options))
      return kept(migration);
    const whole = filled(text, options);
    return whole === undefined ? undefined : flywayChecksum(whole);
  },
  late: 'refused',
  about: {
    order: 'by the parts of the version as numbers; `R__` after all `V`, by description',
    ledger: '`flyway_schema_history`',
    transaction:
      'one around the file, whose statements are sent one by one, unless one of them cannot run in it, or `V….sql.conf` says `executeInTransaction=false`',
    edited: 'yes, by its checksum (CRC-32 of the lines); `R__` runs again',
  },
  words: {
    unfinished: (_version, label) =>
      `${label} failed outside a transaction, and a part of it stays. Undo that by hand, run flyway repair, which removes its row, then apply it again.`,
    outOfOrder:
      'Flyway refuses to run anything as long as it is there (unless outOfOrder=true): give it the next free number.',
    withoutTransaction: 'Flyway: executeInTransaction=false in a file beside it, called as it is and .conf',
  },
};

const kept = keptChecksum(flywayChecksum);

function firstAlone({ statements }: Sent): Sent['statements'][number] | undefined {
  return statements.find(({ effect }) => effect.transaction === 'forbidden');
}

/** parser/ParserSqlScript.java. A file that says how it runs is taken at its word. */
function isMixed(file: Sent): boolean {
  if (file.mode !== 'auto' || file.options?.values.mixed === 'true') return false;
  return firstAlone(file) !== undefined && file.statements.some(({ effect }) => effect.transaction !== 'forbidden');
}

function list(input: ListInput): Listing {
  const { files } = input;
  const confs = new Map(files.filter((file) => file.path.endsWith('.conf')).map((file) => [file.path, file.text]));
  const transaction = (path: string) => modeOf(confs.get(`${path}.conf`));
  const named = listByNames(input, { version, compare: compareVersions, transaction });
  const others = files.flatMap((file) => otherMigration(file, transaction(file.path)) ?? []);
  const migrations = [...named.migrations, ...others].sort((a, b) => compareVersions(a.version, b.version));
  const problems = [...named.problems, ...duplicates(others)];
  return { migrations, problems };
}

/** sqlscript/SqlScriptMetadata.java. */
function modeOf(conf: string | undefined): TransactionMode {
  const says = /^[ \t]*executeInTransaction[ \t]*[=:][ \t]*(true|false)/im.exec(conf ?? '')?.[1]?.toLowerCase();
  return says === undefined ? 'auto' : says === 'false' ? 'bare' : 'stepwise';
}

/** A repeatable or a baseline migration. */
function otherMigration(file: MigrationFile, transaction: TransactionMode): Migration | undefined {
  const up = wholeHalf(file, transaction);
  const description = REPEATABLE.exec(file.path)?.[1];
  if (description !== undefined && /(^|\/)R__[^/]*$/.test(file.path)) {
    const id = `R__${description}`;
    return { id, version: id, name: '', kind: 'repeatable', up, down: undefined };
  }
  const [, , prefix, written, name = ''] = NAME.exec(file.path) ?? [];
  if (prefix !== 'B') return undefined;
  const id = `B${version(written!)}`;
  return { id, version: id, name, kind: 'baseline', up, down: undefined };
}

function duplicates(migrations: readonly Migration[]): readonly LayoutProblem[] {
  const seen = new Map<string, Migration>();
  return migrations.flatMap((migration): LayoutProblem[] => {
    const key = versionKey(migration.version);
    const other = seen.get(key);
    seen.set(key, migration);
    if (!other) return [];
    const message = `${migration.version} is taken twice: ${other.up!.path} and ${migration.up!.path}. Give one of them another name.`;
    return [{ kind: 'duplicateVersion', uri: migration.up!.uri, message }];
  });
}
