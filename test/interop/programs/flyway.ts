import { numbersIn, type Program, type Project, type Said } from '../program.js';
import { SQL } from '../sql.js';

async function flyway({ run, url, dir }: Project, binary: string, ...commands: string[]): Promise<Said> {
  const { host, pathname, username, password } = new URL(url);
  // With its own lock in a transaction, an index made concurrently would wait for it for ever.
  const settings = [`flyway.locations=filesystem:${dir}/sql`, 'flyway.postgresql.transactional.lock=false'];
  const said = await run(binary, [
    `jdbc:postgresql://${host}${pathname}`,
    username,
    password,
    ...settings,
    ...commands,
  ]);
  return { ...said, ok: said.ok && !said.text.includes(' FAILED ') };
}

export const program: Program = {
  id: 'flyway',
  source: { from: 'mvn', project: 'flyway', binary: 'flyway' },
  folder: 'sql',
  files: {
    'V1__users.sql': SQL.users.up,
    'U1__users.sql': SQL.users.down,
    'V1_9__email.sql': SQL.email.up,
    'U1_9__email.sql': SQL.email.down,
    'V1.10__index.sql': SQL.index.up,
    'U1.10__index.sql': SQL.index.down,
  },
  broken: { 'V2__broken.sql': SQL.broken.up },
  up: (project, binary) => flyway(project, binary, 'migrate'),
  async standing(project, binary) {
    const { text } = await flyway(project, binary, 'info');
    return {
      applied: numbersIn(text, /^info ([\d.]+) .*\| (?:Success|Out of Order) \|/gm),
      failed: numbersIn(text, /^info ([\d.]+) .*\| Failed \|/gm),
      pending: numbersIn(text, /^info ([\d.]+) .*\| (?:Pending|Ignored) \|/gm),
    };
  },
  rows: 'SELECT installed_rank, version, description, type, script, checksum, installed_by, success FROM flyway_schema_history ORDER BY 1',
  locks: true,
  flagsEdits: true,
};
