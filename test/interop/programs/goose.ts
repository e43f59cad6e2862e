import { numbersIn, type Program, type Project } from '../program.js';
import { SQL } from '../sql.js';

const both = ({ up, down }: { up: string; down: string }, head = '') =>
  `${head}-- +goose Up\n${up}-- +goose Down\n${down}`;
const goose = ({ run, url }: Project, binary: string, ...args: string[]) =>
  run(binary, ['-dir', 'db/migrations', 'postgres', `${url}?sslmode=disable`, ...args]);

export const program: Program = {
  id: 'goose',
  source: { from: 'go', module: 'github.com/pressly/goose/v3/cmd/goose@v3.30.1', binary: 'goose' },
  folder: 'db/migrations',
  files: {
    '20240131101500_users.sql': both(SQL.users),
    '20240201101500_email.sql': both(SQL.email),
    '20240202101500_index.sql': both(SQL.index, '-- +goose NO TRANSACTION\n'),
  },
  broken: { '20240203101500_broken.sql': both(SQL.broken) },
  up: (project, binary) => goose(project, binary, 'up'),
  down: (project, binary) => goose(project, binary, 'down'),
  async standing(project, binary) {
    const { text } = await goose(project, binary, 'status');
    return {
      applied: numbersIn(text, /\d{4} -- (\d+)_/g),
      pending: numbersIn(text, /Pending\s+-- (\d+)_/g),
    };
  },
  rows: 'SELECT version_id::text, is_applied FROM goose_db_version ORDER BY id',
};
