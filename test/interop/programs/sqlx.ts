import { numbersIn, type Program, type Project } from '../program.js';
import { SQL } from '../sql.js';

const pair = (stem: string, { up, down }: { up: string; down: string }, head = '') => ({
  [`${stem}.up.sql`]: `${head}${up}`,
  [`${stem}.down.sql`]: `${head}${down}`,
});
const OUTSIDE = '-- no-transaction\n';
const sqlx = ({ run, url }: Project, binary: string, ...args: string[]) =>
  run(binary, ['migrate', ...args, '--database-url', `${url}?sslmode=disable`]);

export const program: Program = {
  id: 'sqlx',
  source: {
    from: 'cargo',
    crate: 'sqlx-cli@0.9.0',
    binary: 'sqlx',
    args: ['--no-default-features', '--features', 'postgres,rustls'],
  },
  folder: 'migrations',
  files: {
    ...pair('20240131101500_users', SQL.users),
    ...pair('20240201101500_email_column', SQL.email),
    ...pair('20240202101500_index', SQL.index, OUTSIDE),
  },
  broken: pair('20240203101500_broken', SQL.broken),
  around: () => ({ 'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n' }),
  up: (project, binary) => sqlx(project, binary, 'run'),
  down: (project, binary) => sqlx(project, binary, 'revert'),
  async standing(project, binary) {
    const { text } = await sqlx(project, binary, 'info');
    return { applied: numbersIn(text, /^(\d+)\/installed/gm), pending: numbersIn(text, /^(\d+)\/pending/gm) };
  },
  // Its command takes none; the library in an application does.
  locks: false,
  rows: `SELECT version::text, description, success, encode(checksum, 'hex') AS checksum FROM _sqlx_migrations ORDER BY version`,
  flagsEdits: true,
};
