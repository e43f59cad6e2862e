import { emptyCatalog } from '../catalog/empty.js';
import { effectOf } from '../effects/effectOf.js';
import type { NewHalf } from '../migrations/layout.js';
import { type Numbering, nextVersion, numberingOf } from '../migrations/numbering.js';
import type { MigrationSet } from '../migrations/set.js';
import { readScript } from '../sql/read.js';
import { sqlText } from '../sql/sqlText.js';
import type { NewFile } from '../text/change.js';
import { applyEdits } from '../text/edits.js';
import { type Plan, upOf } from './plan.js';

const MAX_CHARACTERS = 60;
/** File systems take 255 bytes; number and suffix need some of them. */
const MAX_BYTES = 180;

/** The files of a new migration right after the last one, numbered as the folder is. `nth` counts from 0 for several made in a row. `loadParser()` comes first. */
export function nextFiles(
  set: MigrationSet,
  name: string,
  up: string,
  down: string,
  now: Date,
  nth = 0,
): readonly NewFile[] {
  const { layout, tool } = set;
  const version = nextVersion(numberingIn(set), now, nth);
  const stem = layout.stem?.(version, slug(name)) ?? `${version}_${slug(name)}`;
  const target = layout.paths(stem);
  const uri = (path: string) => `${set.folder}/${path.split('/').map(encodeURIComponent).join('/')}`;
  const halves = [up, down].map((sql) => ({ sql, outside: needsOwnTransaction(sql) })) as [NewHalf, NewHalf];
  if (layout.compose) return [{ uri: uri(target.up), text: layout.compose(...halves), role: 'up' }];
  const forwardOnly = tool.downs === 'optional' && set.migrations.length > 0 && set.migrations.every((m) => !m.down);
  const roles = forwardOnly ? (['up'] as const) : (['up', 'down'] as const);
  const made = roles.map((role, i) => {
    const file = { uri: uri(target[role]), text: halves[i]!.sql };
    const change = halves[i]!.outside ? tool.leaveTransaction?.(file, role) : undefined;
    return {
      file: {
        ...file,
        text: applyEdits(file.text, change?.edits.flatMap((e) => (e.uri === file.uri ? e.edits : [])) ?? []),
        role,
      },
      beside: change?.newFiles ?? [],
    };
  });
  const beside = new Map(made.flatMap((m) => m.beside).map((file) => [file.uri, { ...file, role: 'other' as const }]));
  return [...made.map((m) => m.file), ...beside.values()];
}

/** The files of a plan right after the last migration. Rejects a plan whose SQL does not parse: nothing such is made. */
export function filesOf(set: MigrationSet, plan: Plan, now: Date): readonly NewFile[] {
  return plan.flatMap((planned, nth) => {
    const [up, down] = [upOf(planned), planned.down].map((statements) => sqlText(statements));
    if (up === undefined || down === undefined) throw new Error(`The SQL made for "${planned.name}" does not parse.`);
    return nextFiles(set, planned.name, `${up}\n`, `${down}\n`, now, nth);
  });
}

/** A name for files: lower case, words with `_`, letters and digits of every script kept, short enough for every file system. */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC')
    .toLowerCase();
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  let out = '';
  for (const word of words) {
    const next = out ? `${out}_${word}` : word;
    if (isShort(next)) out = next;
    else break;
  }
  return out || shorten(words[0] ?? '') || 'migration';
}

function isShort(text: string): boolean {
  return [...text].length <= MAX_CHARACTERS && new TextEncoder().encode(text).length <= MAX_BYTES;
}

function shorten(word: string): string {
  let out = '';
  for (const character of word) {
    if (!isShort(out + character)) break;
    out += character;
  }
  return out;
}

const known = new WeakMap<MigrationSet['migrations'], Numbering>();

/** How the folder counts. Kept: every fix that makes a file asks. */
function numberingIn(set: MigrationSet): Numbering {
  const { migrations, layout, tool } = set;
  const kept = known.get(migrations);
  if (kept) return kept;
  const paths = new Set(migrations.flatMap((m) => [m.up?.path, m.down?.path].filter((path) => path !== undefined)));
  const written = migrations
    .filter((m) => !m.kind)
    .map((m) => {
      const reading = layout.read((m.up ?? m.down)!.path, paths);
      return reading?.kind === 'half' ? reading.version : m.version;
    });
  const numbering = numberingOf(tool.beginning, written);
  known.set(migrations, numbering);
  return numbering;
}

/** What cannot run in the transaction that the tool opens. A text that cannot be read is taken as it is. */
function needsOwnTransaction(sql: string): boolean {
  const before = emptyCatalog();
  const options = { pg: 14, bornHere: new Set<string>() } as const;
  return readScript(sql).statements.some((s) => effectOf(s, before, options).transaction === 'forbidden');
}
