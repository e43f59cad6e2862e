import type { Candidate } from '../../core/migrations/tool.js';
import { folderFrom } from '../lib/folder.js';
import { quote } from '../lib/table.js';

export const CONFIG = 'dbconfig.yml';

/** What an environment of dbconfig.yml says (sql-migrate/config.go). */
interface Environment {
  readonly name: string;
  /** Plain values of its keys, as far as each stands on a line of its own. */
  readonly values: ReadonlyMap<string, string>;
}

/** Environments and their keys are two levels of plain lines; what YAML offers beyond that is passed over. */
function environmentsIn(text: string): readonly Environment[] {
  const found: { readonly name: string; readonly values: Map<string, string> }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, indent, key, value] = /^( *)["']?([\w-]+)["']?:(?:\s+(.*))?$/.exec(line) ?? [];
    if (key === undefined) continue;
    if (indent === '') found.push({ name: key, values: new Map() });
    else found.at(-1)?.values.set(key, scalar(value ?? ''));
  }
  return found;
}

function scalar(value: string): string {
  const quoted = /^(["'])(.*?)\1\s*(#.*)?$/.exec(value);
  return quoted ? quoted[2]! : value.replace(/(^|\s+)#.*$/, '').trim();
}

/**
 * What a dbconfig.yml around the folder says of it: undefined when none names it. `table` is the one of `development`, which
 * the command takes unless told otherwise, else of the first environment that names the folder.
 */
export function configured({ folder, above }: Candidate): { readonly table: string | undefined } | undefined {
  for (const { folder: base, text } of above(CONFIG)) {
    const named = environmentsIn(text).filter(({ values }) => {
      return values.has('dialect') && folder === folderFrom(base, values.get('dir') || 'migrations');
    });
    const environment = named.find(({ name }) => name === 'development') ?? named[0];
    if (environment) return { table: tableOf(environment) };
  }
  return undefined;
}

function tableOf({ values }: Environment): string | undefined {
  const [schema, table] = [values.get('schema'), values.get('table')];
  if (!schema && !table) return undefined;
  return `${schema ? `${quote(schema)}.` : ''}${quote(table || 'gorp_migrations')}`;
}
