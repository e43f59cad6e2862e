import { readdirSync } from 'node:fs';
import type { Program, Project } from '../program.js';
import { SQL } from '../sql.js';

const FOLDER = 'db/migrations';
const OUTSIDE = '---- tern: disable-tx ----\n';
const both = ({ up, down }: { up: string; down: string }, head = '') =>
  `${head}${up}\n---- create above / drop below ----\n\n${head}${down}`;
const tern = ({ run, url }: Project, binary: string, command: string, ...args: string[]) =>
  run(binary, [command, '--migrations', FOLDER, '--conn-string', `${url}?sslmode=disable`, ...args]);

export const program: Program = {
  id: 'tern',
  source: { from: 'go', module: 'github.com/jackc/tern/v2@v2.3.4', binary: 'tern' },
  folder: FOLDER,
  files: {
    '001_users.sql': both(SQL.users),
    '002_email.sql': both(SQL.email),
    '003_index.sql': both(SQL.index, OUTSIDE),
  },
  broken: { '004_broken.sql': both(SQL.broken) },
  up: (project, binary) => tern(project, binary, 'migrate'),
  down: (project, binary) => tern(project, binary, 'migrate', '--destination', '-1'),
  // It knows how many are applied: they are the first ones.
  async standing(project, binary) {
    const { text } = await tern(project, binary, 'status');
    const at = Number(/version:\s+(\d+) of/.exec(text)?.[1]);
    const numbers = readdirSync(`${project.dir}/${FOLDER}`)
      .sort()
      .map((name) => name.slice(0, 3));
    return { applied: numbers.slice(0, at), pending: numbers.slice(at) };
  },
  locks: true,
  rows: 'SELECT version FROM schema_version',
};
