import { numbersIn, type Program, type Project } from '../program.js';
import { SQL } from '../sql.js';

const pair = (stem: string, { up, down }: { up: string; down: string }) => ({
  [`${stem}/up.sql`]: up,
  [`${stem}/down.sql`]: down,
});
const diesel = ({ run, url }: Project, binary: string, ...args: string[]) =>
  run(binary, ['migration', ...args, '--migration-dir', 'migrations', '--database-url', url]);

export const program: Program = {
  id: 'diesel',
  source: {
    from: 'cargo',
    crate: 'diesel_cli@2.3.14',
    binary: 'diesel',
    args: ['--no-default-features', '--features', 'postgres'],
  },
  folder: 'migrations',
  files: {
    ...pair('2024-01-31-101500_users', SQL.users),
    ...pair('2024-02-01-101500_email', SQL.email),
    ...pair('2024-02-02-101500_index', SQL.index),
    '2024-02-02-101500_index/metadata.toml': 'run_in_transaction = false\n',
  },
  broken: pair('2024-02-03-101500_broken', SQL.broken),
  around: () => ({ 'Cargo.toml': '[dependencies]\ndiesel = "2"\n', 'diesel.toml': '' }),
  up: (project, binary) => diesel(project, binary, 'run'),
  down: (project, binary) => diesel(project, binary, 'revert'),
  async standing(project, binary) {
    const { text } = await diesel(project, binary, 'list');
    const versions = (mark: RegExp) => numbersIn(text, mark).map((version) => version.replaceAll('-', ''));
    return { applied: versions(/\[X\] ([\d-]+)_/g), pending: versions(/\[ \] ([\d-]+)_/g) };
  },
  rows: 'SELECT version FROM __diesel_schema_migrations ORDER BY 1',
};
