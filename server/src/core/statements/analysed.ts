import type { Catalog } from '../catalog/catalog.js';
import type { EarlierScripts } from '../earlier.js';
import type { Effect, PgMajor } from '../effects/effect.js';
import type { Migration, TransactionMode } from '../migrations/migration.js';
import type { MigrationSet } from '../migrations/set.js';
import type { Script, Statement } from '../sql/script.js';
import type { NewFile } from '../text/change.js';
import type { Span } from '../text/span.js';
import type { Unit } from '../transactions.js';

/** A statement with what is known where it stands. */
export interface AnalysedStatement {
  readonly statement: Statement;
  /** The catalog just before it. */
  readonly before: Catalog;
  /** The catalog just after it. */
  readonly after: Catalog;
  readonly effect: Effect;
  /** The statements that it runs with. */
  readonly unit: Unit;
  /** Runs inside a transaction block: by BEGIN in the file, or by the tool's mode. */
  readonly inTransaction: boolean;
  /** In explicit BEGIN … COMMIT written in the file: span of the BEGIN. */
  readonly begin: Span | undefined;
  /** lock_timeout is set (not 0) at this point of the script. */
  readonly lockTimeout: boolean;
  readonly statementTimeout: boolean;
  /** Relation keys made earlier in this migration (still there). */
  readonly bornHere: Pick<ReadonlySet<string>, 'has'>;
}

/** Everything that is known about one half of a migration, or about a file that is none. */
export interface FileContext {
  readonly uri: string;
  /** Key of the half (see Half.key); the file's address when it is no migration's. */
  readonly half: string;
  readonly script: Script;
  readonly direction: 'up' | 'down';
  readonly migration: Migration | undefined;
  readonly set: MigrationSet | undefined;
  /** How its tool runs the file; `auto` outside a migration folder. */
  readonly mode: TransactionMode;
  readonly statements: readonly AnalysedStatement[];
  readonly pg: PgMajor;
  /** The other half, parsed; undefined when there is none. */
  readonly counterpart: Script | undefined;
  /** The up half's statements with the schema around them; in an up file the same as `statements`. */
  readonly up: readonly AnalysedStatement[];
  /** Facts of the ledger about this migration when a database was asked. */
  readonly ledger:
    | { readonly state: 'applied' | 'pending' | 'modified' | 'failed'; readonly environment: string }
    | undefined;
  /** The scripts that ran before this one, for rules that look across files. */
  readonly earlier: EarlierScripts;
  /** Makes the URI and numbering of a new migration right after the last one: fixes that need a second file. Undefined outside a migration folder. */
  readonly scaffold: ((name: string, up: string, down: string, nth?: number) => readonly NewFile[]) | undefined;
}
