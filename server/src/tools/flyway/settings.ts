import type { TomlTable } from 'smol-toml';
import type { Candidate, FolderOptions } from '../../core/migrations/tool.js';
import { quote } from '../lib/table.js';
import { tomlOf } from '../lib/toml.js';

/** Files that hold Flyway's settings, the weakest first. */
export const SETTINGS_FILES = [
  'pom.xml',
  'application.properties',
  'application.yml',
  'application.yaml',
  'flyway.conf',
  'conf/flyway.conf',
  'flyway.toml',
  'flyway.user.toml',
] as const;

/** Settings by their names without `flyway.`; a list is joined by commas, placeholders are in lower case. */
type Settings = Readonly<Record<string, string>>;

const READERS: Readonly<Record<string, (text: string) => Settings>> = {
  xml: pomSettings,
  properties: propertySettings,
  conf: propertySettings,
  yml: yamlSettings,
  yaml: yamlSettings,
  toml: (text) => selected(flatten(tomlOf(text))),
};

/** Where a settings file says that migrations are. */
export interface Configured {
  /** The first location, relative to the workspace folder: the candidate lies in it, or in one of the others. */
  readonly root: string;
  readonly also: readonly string[];
  readonly options: FolderOptions;
  /** schemahistory/SchemaHistoryFactory.java. */
  readonly table: string;
}

/** What the settings around a folder say, when one of their locations holds it; `undefined` when none names it. */
export function configuredFor(candidate: Candidate): Configured | undefined {
  let found: Configured | undefined;
  for (const name of SETTINGS_FILES)
    for (const { folder, text } of candidate.above(name)) {
      const values = READERS[name.slice(name.lastIndexOf('.') + 1)]!(text);
      if (Object.keys(values).length === 0) continue;
      const locations = (values.locations ?? 'classpath:db/migration').split(',').map((location) => location.trim());
      const at = locations.map((location) => rootOf(location, folder, candidate.folder));
      const mine = at.findIndex((root) => root !== undefined);
      if (mine < 0) continue;
      const [root, ...also] = locations.map((location) => besideOf(location, locations[mine]!, folder, at[mine]!));
      const merged = { ...found?.options.values, ...values };
      const late = merged.outOfOrder === 'true' ? { late: 'runs' as const } : {};
      found = { root: root!, also, options: { ...late, values: merged }, table: tableIn(merged) };
    }
  return found;
}

function tableIn({ table = 'flyway_schema_history', defaultSchema, schemas }: Settings): string {
  const schema = defaultSchema ?? schemas?.split(',')[0]?.trim();
  return schema ? `${quote(schema)}.${quote(table)}` : quote(table);
}

/** The part of a folder's path that a location means; undefined when the folder is not in it. */
function rootOf(location: string, settings: string, folder: string): string | undefined {
  const path = pathOf(location);
  const exact = settings ? `${settings}/${path}` : path;
  if (folder === exact || folder.startsWith(`${exact}/`)) return exact;
  if (location.startsWith('filesystem:')) return undefined;
  const at = `/${folder}/`.indexOf(`/${path}/`);
  return at < 0 ? undefined : folder.slice(0, at + path.length);
}

/** Where a location is, told by another one that is known to be at `root`: both are below the same folder of classes or of settings. */
function besideOf(location: string, known: string, settings: string, root: string): string {
  const path = pathOf(location);
  if (location.startsWith('filesystem:')) return settings ? `${settings}/${path}` : path;
  const base = known.startsWith('filesystem:') ? '' : root.slice(0, -pathOf(known).length);
  return `${base}${path}`;
}

function pathOf(location: string): string {
  return location
    .replace(/^(classpath|filesystem):/, '')
    .replace('{vendor}', 'postgresql')
    .replace(/^\$\{[^}]*\}\//, '')
    .replace(/^(\.?\/)+|\/+$/g, '');
}

/** Keys of `flyway.` and `spring.flyway.`, in camel case. */
function selected(all: Settings): Settings {
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => {
      const name = /^(?:spring\.)?flyway\.(placeholders\..+|[\w-]+)$/.exec(key)?.[1];
      if (name === undefined) return [];
      if (name.startsWith('placeholders.')) return [[name.toLowerCase(), value]];
      return [[name.replace(/-(\w)/g, (_, c: string) => c.toUpperCase()), value]];
    }),
  );
}

function flatten(table: TomlTable, prefix = ''): Settings {
  return Object.fromEntries(
    Object.entries(table).flatMap(([key, value]): [string, string][] => {
      if (Array.isArray(value)) return [[prefix + key, value.map(String).join(',')]];
      if (typeof value === 'object' && !(value instanceof Date))
        return Object.entries(flatten(value as TomlTable, `${prefix}${key}.`));
      return [[prefix + key, String(value)]];
    }),
  );
}

function propertySettings(text: string): Settings {
  const pairs = text.matchAll(/^[ \t]*((?:spring\.)?flyway\.[^\s=:]+)[ \t]*[=:][ \t]*(.*?)[ \t\r]*$/gm);
  return selected(Object.fromEntries(Array.from(pairs, (match) => [match[1]!, match[2]!])));
}

/** Mappings and lists of plain values, told by their indentation: all that such settings are written with. */
function yamlSettings(text: string): Settings {
  const found: Record<string, string> = {};
  const path: { readonly indent: number; readonly key: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^( *)(?:- +(.*)|([\w.-]+):(?: +(.*))?)$/.exec(line.replace(/(^|\s)#.*$/, '').trimEnd());
    if (!match) continue;
    const [, blanks = '', item, key, value] = match;
    const indent = blanks.length;
    while (path.length > 0 && path.at(-1)!.indent >= indent + (item === undefined ? 0 : 1)) path.pop();
    const name = path.map((p) => p.key).join('.');
    if (item !== undefined) found[name] = found[name] ? `${found[name]},${plain(item)}` : plain(item);
    else if (value) found[[name, key].filter(Boolean).join('.')] = plain(value);
    else path.push({ indent, key: key! });
  }
  return selected(found);
}

function plain(value: string): string {
  return value
    .trim()
    .replace(/^\[|\]$/g, '')
    .replace(/["']/g, '')
    .replace(/\s*,\s*/g, ',');
}

/** The configuration of Flyway's plugin. */
function pomSettings(text: string): Settings {
  const plugin = /<artifactId>flyway-maven-plugin<\/artifactId>([\s\S]*?)<\/plugin>/.exec(text)?.[1];
  if (plugin === undefined) return {};
  const of = (tag: string) =>
    Array.from(plugin.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g')), (m) => m[1]!.trim());
  const found: Record<string, string> = { plugin: 'maven' };
  for (const [name, tag] of [
    ['locations', 'location'],
    ['schemas', 'schema'],
  ] as const)
    if (of(tag).length > 0) found[name] = of(tag).join(',');
  for (const tag of ['table', 'defaultSchema', 'outOfOrder', 'mixed', 'placeholderReplacement'])
    if (of(tag)[0] !== undefined) found[tag] = of(tag)[0]!;
  return found;
}
