import type { ListedFile } from './detect.js';
import type { LayoutId, ToolId } from './migration.js';

interface Verdict {
  readonly tool: ToolId;
  /** A configuration file says so: no further proof is needed that it is a migration folder. */
  readonly certain: boolean;
  readonly note?: string;
}

/** Marks of tools that keep up and down in one file, or a list of their own: their folders are not plain layouts. */
const MARKS = [
  /^[ \t]*--[ \t]*\+goose[ \t]+(up|down)/im,
  /^[ \t]*--[ \t]*migrate:up\b/im,
  /^[ \t]*--[ \t]*liquibase[ \t]+formatted/im,
  /^----[ \t]*create above \/ drop below[ \t]*----/m,
  /^--> statement-breakpoint/m,
  /^[ \t]*--[ \t]*atlas:(txmode|checkpoint|delimiter)/m,
];

/** Flyway's and refinery's names; the rest of the folder is theirs too. */
const FLYWAY = /^([VUB]\d[\d._]*|R)__.*\.sql$/;

/** How many texts are looked at: a tool's marks are in all of its files. */
const SAMPLE = 20;

/** A folder of a tool whose rules and bookkeeping differ from all layouts here. */
export function isForeign(folder: string, members: readonly ListedFile[]): boolean {
  const names = members.map((file) => file.path.slice(folder ? folder.length + 1 : 0));
  if (names.some((name) => FLYWAY.test(name))) return true;
  if (/(^|\/)supabase\/migrations$/.test(folder)) return true;
  // Hasura: epoch milliseconds; the state is kept by its server.
  if (names.every((name) => /^\d{13}_[^/]*\/(up|down)\.sql$/.test(name))) return true;
  return members.slice(0, SAMPLE).some((file) => MARKS.some((mark) => mark.test(file.text)));
}

const SQLX =
  'Cargo.toml names sqlx, whose tracking table Lockstep does not write: files are checked here, but apply them with sqlx. If another tool runs this folder, name it in the setting lockstep.migrations.';

/** Which tool runs a folder of this layout. */
export function toolOf(
  folder: string,
  layout: LayoutId,
  members: readonly ListedFile[],
  files: readonly ListedFile[],
): Verdict {
  const above = (name: string) => files.filter((file) => isAbove(file.path, name, folder));
  switch (layout) {
    case 'directory':
      return dieselOr(folder, members, above('diesel.toml'), above('Cargo.toml'));
    case 'updown': {
      const usesGolang =
        above('go.mod').some((f) => f.text.includes('golang-migrate/migrate')) ||
        above('Makefile').some((f) => /\bmigrate\s.*-(path|source)\b/.test(f.text));
      if (!usesGolang && above('Cargo.toml').some((f) => /^[ \t]*sqlx\b/m.test(f.text)))
        return { tool: 'plain', certain: false, note: SQLX };
      return { tool: 'golang-migrate', certain: false };
    }
    case 'suffix-dot-down':
    case 'suffix-underscore-down':
      return { tool: 'plain', certain: false };
  }
}

function dieselOr(
  folder: string,
  members: readonly ListedFile[],
  configs: readonly ListedFile[],
  cargos: readonly ListedFile[],
): Verdict {
  const certain = configs.some((config) => {
    const base = config.path.slice(0, config.path.lastIndexOf('/') + 1);
    const dir = /^[ \t]*dir[ \t]*=[ \t]*["']([^"']+)["']/m.exec(config.text)?.[1] ?? 'migrations';
    return folder === base + dir.replace(/^\.\//, '').replace(/\/+$/, '') || dir.endsWith(`/${folder}`);
  });
  const names = members.map((file) => file.path.split('/').at(-2)!);
  const isDiesel =
    certain ||
    configs.length > 0 ||
    cargos.some((cargo) => /\bdiesel\b/.test(cargo.text)) ||
    names.some((name) => name.endsWith('_diesel_initial_setup') || /^\d{4}-\d\d-\d\d-\d{6}/.test(name));
  return { tool: isDiesel ? 'diesel' : 'plain', certain };
}

/** A file of that name in the folder itself or in one of the folders around it. */
function isAbove(path: string, name: string, folder: string): boolean {
  if (path === name) return true;
  return path.endsWith(`/${name}`) && `${folder}/`.startsWith(path.slice(0, -name.length));
}
