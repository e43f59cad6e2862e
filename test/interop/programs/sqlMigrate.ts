import { numbersIn, type Program, type Project } from '../program.js';
import { SQL } from '../sql.js';

const both = ({ up, down }: { up: string; down: string }, option = '') =>
  `-- +migrate Up${option}\n${up}-- +migrate Down${option}\n${down}`;
const sqlMigrate = ({ run }: Project, binary: string, ...args: string[]) => run(binary, args);

export const program: Program = {
  id: 'sql-migrate',
  source: { from: 'go', module: 'github.com/rubenv/sql-migrate/sql-migrate@v1.8.1', binary: 'sql-migrate' },
  folder: 'db/migrations',
  files: {
    '20240131101500-users.sql': both(SQL.users),
    '20240201101500-email.sql': both(SQL.email),
    '20240202101500-index.sql': both(SQL.index, ' notransaction'),
  },
  broken: { '20240203101500-broken.sql': both(SQL.broken) },
  around: ({ url }) => ({
    'dbconfig.yml': `development:\n  dialect: postgres\n  datasource: ${url}?sslmode=disable\n  dir: db/migrations\n`,
  }),
  up: (project, binary) => sqlMigrate(project, binary, 'up'),
  down: (project, binary) => sqlMigrate(project, binary, 'down'),
  async standing(project, binary) {
    const { text } = await sqlMigrate(project, binary, 'status');
    return {
      applied: numbersIn(text, /^\| (\d+)-\S+\s+\| \d/gm),
      pending: numbersIn(text, /^\| (\d+)-\S+\s+\| no/gm),
    };
  },
  rows: 'SELECT id FROM gorp_migrations ORDER BY 1',
};
