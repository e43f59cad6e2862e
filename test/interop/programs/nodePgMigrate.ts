import { readdirSync } from 'node:fs';
import { numbersIn, type Program, type Project } from '../program.js';
import { SQL } from '../sql.js';

const both = ({ up, down }: { up: string; down: string }) => `-- Up Migration\n${up}\n-- Down Migration\n${down}`;
const inTransaction = ({ up, down }: { up: string; down: string }) =>
  both({ up: up.replace(' CONCURRENTLY', ''), down: down.replace(' CONCURRENTLY', '') });
const migrate = ({ run, url }: Project, binary: string, ...args: string[]) => run(binary, args, { DATABASE_URL: url });

export const program: Program = {
  id: 'node-pg-migrate',
  source: { from: 'npm', package: 'node-pg-migrate@9.0.0 pg@8', binary: 'node-pg-migrate' },
  folder: 'migrations',
  files: {
    '1706695200000_users.sql': both(SQL.users),
    '1706781600000_email.sql': both(SQL.email),
    // Its SQL files cannot leave the transaction.
    '1706868000000_index.sql': inTransaction(SQL.index),
  },
  broken: { '1706954400000_broken.sql': both(SQL.broken) },
  up: (project, binary) => migrate(project, binary, 'up'),
  down: (project, binary) => migrate(project, binary, 'down'),
  // It has no status command: what it would run is pending.
  async standing(project, binary) {
    const { text } = await migrate(project, binary, 'up', '--dry-run');
    const pending = numbersIn(text, /^> - (\d+)_/gm);
    const all = readdirSync(`${project.dir}/migrations`)
      .sort()
      .map((name) => name.slice(0, 13));
    return { applied: all.filter((number) => !pending.includes(number)), pending };
  },
  locks: true,
  rows: 'SELECT id, name FROM pgmigrations ORDER BY run_on, id',
};
