import { parse, type TomlTable } from 'smol-toml';

/** A TOML text as a table; an empty one when it cannot be read: a settings file that is being typed says nothing yet. */
export function tomlOf(text: string): TomlTable {
  try {
    return parse(text);
  } catch {
    return {};
  }
}

/** The value at a path of keys; undefined when there is none. */
export function setting(table: TomlTable, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as TomlTable)[key] : undefined),
    table,
  );
}
