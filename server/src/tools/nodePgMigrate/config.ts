import type { Candidate } from '../../core/migrations/tool.js';
import { folderFrom } from '../lib/folder.js';
import { quote } from '../lib/table.js';

/** What a package.json says of the folder. */
export interface Settings {
  /** A script of it calls the tool with this folder. */
  readonly isNamed: boolean;
  readonly table: string | undefined;
}

/**
 * The nearest package.json that depends on node-pg-migrate; undefined when none does. Folder and table are taken from the
 * options with which its scripts call the tool (bin/node-pg-migrate.ts); the folder is `migrations` unless they say otherwise.
 */
export function settingsOf({ folder, above }: Candidate): Settings | undefined {
  for (const { folder: base, text } of above('package.json')) {
    const { scripts, depends } = read(text);
    if (!depends) continue;
    for (const script of scripts) {
      if (folder !== folderFrom(base, option(script, 'm', 'migrations-dir') ?? 'migrations')) continue;
      return { isNamed: true, table: tableIn(script) };
    }
    return { isNamed: false, table: undefined };
  }
  return undefined;
}

function tableIn(script: string): string | undefined {
  const schema = option(script, undefined, 'migrations-schema') ?? option(script, 's', 'schema');
  const table = option(script, 't', 'migrations-table');
  if (schema === undefined && table === undefined) return undefined;
  return `${quote(schema ?? 'public')}.${quote(table ?? 'pgmigrations')}`;
}

function option(script: string, short: string | undefined, long: string): string | undefined {
  const names = short === undefined ? `--${long}` : `(?:-${short}|--${long})`;
  const match = new RegExp(`(?:^|\\s)${names}(?:\\s+|=)(?:"([^"]+)"|'([^']+)'|([^\\s"']+))`).exec(script);
  return match?.slice(1).find((value) => value !== undefined);
}

/** A file that is being typed says nothing yet. */
function read(text: string): { readonly scripts: readonly string[]; readonly depends: boolean } {
  try {
    const { scripts = {}, dependencies = {}, devDependencies = {} } = JSON.parse(text);
    const all: readonly unknown[] = Object.values(scripts);
    return {
      scripts: all.filter((s): s is string => typeof s === 'string' && /\bnode-pg-migrate\b/.test(s)),
      depends: 'node-pg-migrate' in { ...dependencies, ...devDependencies },
    };
  } catch {
    return { scripts: [], depends: false };
  }
}
