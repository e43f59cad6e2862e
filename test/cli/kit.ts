import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { runCli } from '../../server/src/cli/cli.js';

/** A folder of its own that goes away after the tests. */
export function folder(files: Readonly<Record<string, string | Buffer>>): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'lockstep-cli-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
  return root;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs the command line in this process, with nothing of this machine's environment. */
export async function cli(cwd: string, args: readonly string[], around: Surroundings = {}): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await runCli(args, {
    cwd,
    env: around.env ?? {},
    osUser: 'tester',
    isTTY: around.isTTY ?? false,
    interrupted: () => around.signal ?? new AbortController().signal,
    stdin: () => Promise.resolve(around.stdin ?? ''),
    out: ({ text }) => {
      out += text;
    },
    err: ({ text }) => {
      err += text;
    },
    now: () => new Date('2026-11-21T10:15:00Z'),
  });
  return { code, out, err };
}

/** All files below a folder, with their texts. */
export function filesIn(root: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(root, file).split(path.sep).join('/'), readFileSync(file, 'utf8')] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Two quiet migrations and one that drops a table in use. */
export const SHOP = {
  'migrations/001_users.sql':
    'CREATE TABLE users (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  created_at timestamptz NOT NULL DEFAULT now(),\n  updated_at timestamptz NOT NULL DEFAULT now()\n);\n',
  'migrations/001_users.down.sql': 'DROP TABLE users;\n',
  'migrations/002_mail.sql': "SET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN mail text;\n",
  'migrations/002_mail.down.sql': "SET LOCAL lock_timeout = '5s';\nALTER TABLE users DROP COLUMN mail;\n",
} as const;
