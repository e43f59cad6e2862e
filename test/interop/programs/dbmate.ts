import { numbersIn, type Program, type Project } from '../program.js';
import { SQL } from '../sql.js';

const both = ({ up, down }: { up: string; down: string }, option = '') =>
  `-- migrate:up${option}\n${up}-- migrate:down${option}\n${down}`;
const dbmate = ({ run, url }: Project, binary: string, ...args: string[]) =>
  run(binary, ['--no-dump-schema', '--url', `${url}?sslmode=disable`, ...args]);

export const program: Program = {
  id: 'dbmate',
  source: { from: 'npm', package: 'dbmate@2.36.0', binary: 'dbmate' },
  folder: 'db/migrations',
  files: {
    '20240131101500_users.sql': both(SQL.users),
    '20240201101500_email.sql': both(SQL.email),
    '20240202101500_index.sql': both(SQL.index, ' transaction:false'),
  },
  broken: { '20240203101500_broken.sql': both(SQL.broken) },
  up: (project, binary) => dbmate(project, binary, 'migrate'),
  down: (project, binary) => dbmate(project, binary, 'rollback'),
  async standing(project, binary) {
    const { text } = await dbmate(project, binary, 'status');
    return { applied: numbersIn(text, /\[X\] (\d+)_/g), pending: numbersIn(text, /\[ \] (\d+)_/g) };
  },
  rows: 'SELECT version FROM schema_migrations ORDER BY 1',
};
