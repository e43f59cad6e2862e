import { readdirSync } from 'node:fs';
import type { Program, Project } from '../program.js';
import { SQL } from '../sql.js';

const pair = (stem: string, { up, down }: { up: string; down: string }) => ({
  [`${stem}.up.sql`]: up,
  [`${stem}.down.sql`]: down,
});
const migrate = ({ run, url }: Project, binary: string, ...args: string[]) =>
  run(binary, ['-path', 'db/migrations', '-database', `${url}?sslmode=disable`, ...args]);

const isThere = ({ dir }: Project, number: string) =>
  readdirSync(`${dir}/db/migrations`).some((name) => name.startsWith(number));

const NUMBERS = ['000001', '000002', '000003', '000004'];

export const program: Program = {
  id: 'golang-migrate',
  source: {
    from: 'go',
    module: 'github.com/golang-migrate/migrate/v4/cmd/migrate@v4.20.1',
    binary: 'migrate',
    tags: 'postgres',
  },
  folder: 'db/migrations',
  files: {
    ...pair('000001_users', SQL.users),
    ...pair('000002_email', SQL.email),
    ...pair('000003_index', SQL.index),
  },
  broken: pair('000004_broken', SQL.broken),
  up: (project, binary) => migrate(project, binary, 'up'),
  down: (project, binary) => migrate(project, binary, 'down', '1'),
  // It knows the last version alone.
  async standing(project, binary) {
    const { text } = await migrate(project, binary, 'version');
    const at = Number(/^(\d+)/m.exec(text)?.[1] ?? 0);
    const dirty = /\bdirty\b/.test(text) ? NUMBERS.slice(at - 1, at) : [];
    const applied = NUMBERS.slice(0, at - dirty.length);
    return { applied, failed: dirty, pending: NUMBERS.slice(at).filter((n) => isThere(project, n)) };
  },
  locks: true,
  rows: 'SELECT version::text, dirty FROM schema_migrations',
};
