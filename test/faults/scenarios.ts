import { setOf } from '../postgres/kit.js';

/** Four migrations of a tool, whose effects tell whether they ran once: some may be in a transaction, some may not. */
type Files = Readonly<Record<string, string>>;

const CREATE = 'CREATE TABLE accounts (id int PRIMARY KEY, n int NOT NULL);\nINSERT INTO accounts VALUES (1, 0);\n';
const DROP = 'DROP TABLE accounts;\n';
const INDEX = 'CREATE INDEX CONCURRENTLY accounts_n ON accounts (n);\n';
const UNINDEX = 'DROP INDEX CONCURRENTLY accounts_n;\n';
const OWN = 'BEGIN;\nUPDATE accounts SET n = n + 10;\nCOMMIT;\nBEGIN;\nUPDATE accounts SET n = n + 100;\nCOMMIT;\n';
const UNOWN = 'BEGIN;\nUPDATE accounts SET n = n - 100;\nCOMMIT;\nBEGIN;\nUPDATE accounts SET n = n - 10;\nCOMMIT;\n';
/** Only Lockstep's own runner takes CONCURRENTLY beside other statements. */
const MIXED =
  "SET statement_timeout = '1min';\nUPDATE accounts SET n = n + 1;\nCREATE INDEX CONCURRENTLY accounts_both ON accounts (id, n);\nINSERT INTO accounts SELECT max(id) + 1, 1 FROM accounts;\n";
const UNMIXED =
  'DELETE FROM accounts WHERE id = (SELECT max(id) FROM accounts);\nDROP INDEX CONCURRENTLY accounts_both;\nUPDATE accounts SET n = n - 1;\n';
const TWO = 'UPDATE accounts SET n = n + 1;\nINSERT INTO accounts SELECT max(id) + 1, 1 FROM accounts;\n';
const UNTWO = 'DELETE FROM accounts WHERE id = (SELECT max(id) FROM accounts);\nUPDATE accounts SET n = n - 1;\n';

const FILES: Readonly<Record<string, Files>> = {
  flyway: {
    'V1__m.sql': CREATE,
    'U1__m.sql': DROP,
    'V2__m.sql': INDEX,
    'U2__m.sql': UNINDEX,
    'V3__m.sql': MIXED,
    'V3__m.sql.conf': 'executeInTransaction=false\n',
    'U3__m.sql': UNMIXED,
    'U3__m.sql.conf': 'executeInTransaction=false\n',
    'V4__m.sql': OWN,
    'U4__m.sql': UNOWN,
  },
  plain: numbered('.sql', '.down.sql', [CREATE, DROP], [INDEX, UNINDEX], [MIXED, UNMIXED], [OWN, UNOWN]),
  'golang-migrate': numbered('.up.sql', '.down.sql', [CREATE, DROP], [INDEX, UNINDEX], [TWO, UNTWO], [OWN, UNOWN]),
  diesel: {
    ...numbered('/up.sql', '/down.sql', [CREATE, DROP], [INDEX, UNINDEX], [TWO, UNTWO], [OWN, UNOWN]),
    '2_m/metadata.toml': 'run_in_transaction = false\n',
    '4_m/metadata.toml': 'run_in_transaction = false\n',
  },
  dbmate: {
    '1_m.sql': `-- migrate:up\n${CREATE}\n-- migrate:down\n${DROP}`,
    '2_m.sql': `-- migrate:up transaction:false\n${INDEX}\n-- migrate:down transaction:false\n${UNINDEX}`,
    '3_m.sql': `-- migrate:up\n${TWO}\n-- migrate:down\n${UNTWO}`,
    '4_m.sql': `-- migrate:up transaction:false\n${OWN}\n-- migrate:down transaction:false\n${UNOWN}`,
  },
  goose: {
    '00001_m.sql': `-- +goose Up\n${CREATE}\n-- +goose Down\n${DROP}`,
    '00002_m.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${INDEX}\n-- +goose Down\n${UNINDEX}`,
    '00003_m.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${MIXED}\n-- +goose Down\n${UNMIXED}`,
    '00004_m.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${OWN}\n-- +goose Down\n${UNOWN}`,
  },
};

function numbered(up: string, down: string, ...pairs: readonly (readonly [string, string])[]): Files {
  return Object.fromEntries(
    pairs.flatMap(([forth, back], i) => [
      [`${i + 1}_m${up}`, forth],
      [`${i + 1}_m${down}`, back],
    ]),
  );
}

export const TOOLS = Object.keys(FILES);
export const STEPS = 4;

export function scenario(tool: string) {
  return setOf(tool, FILES[tool]);
}

/** What is in the database besides ledgers, as one line. */
export const STATE = `SELECT pg_catalog.concat_ws(' | ',
  (SELECT pg_catalog.string_agg(c.relname || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END, ',' ORDER BY c.relname)
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'accounts%'),
  CASE WHEN pg_catalog.to_regclass('public.accounts') IS NOT NULL
    THEN pg_catalog.query_to_xml('SELECT id, n FROM public.accounts ORDER BY id', false, true, '')::text ELSE 'no table' END) AS state`;
