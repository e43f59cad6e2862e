// The imports between the folders of the source, drawn as text: `npm run imports`. A test holds them against PICTURE.
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The rooms of the source, a layer a line: a room imports from the layers above its own only, not from one beside it. A module
 * that lies beside folders is a room of its own; `tools/*` stands for the folder of each tool.
 */
export const PICTURE = [
  ['server', 'core/text', 'core/steps'],
  ['core/sql'],
  ['core/catalog', 'core/migrations'],
  ['core/effects', 'core/earlier'],
  ['core/transactions'],
  ['core/settings', 'core/statements'],
  ['core/reversal', 'core/fixes', 'core/analysis', 'core/texts'],
  ['core/plans', 'core/folders', 'core/history'],
  ['core/rules'],
  ['core/model'],
  ['core/index'],
  ['database'],
  ['tools/ledger'],
  ['tools/lib', 'tools/layouts'],
  ['tools/foreign', 'tools/*'],
  ['tools/index'],
  ['tools/choose'],
  ['config', 'files', 'runner'],
  ['lsp'],
  ['cli'],
  ['client/context', 'client/plain', 'client/labels'],
  [
    'client/cancelled',
    'client/changes',
    'client/connections',
    'client/connectOnOpen',
    'client/run',
    'client/store',
    'client/target',
  ],
  ['client/editor', 'client/views'],
  ['client/ui'],
  ['client/client', 'client/commands'],
  ['client/extension'],
];

/** The layer of a room in the picture; undefined when it has no place in it. */
export function layerOf(room) {
  const at = PICTURE.findIndex((layer) => layer.includes(room));
  if (at >= 0 || !/^tools\/\w+$/.test(room)) return at < 0 ? undefined : at;
  return PICTURE.findIndex((layer) => layer.includes('tools/*'));
}

/**
 * Every import of one source file by another, with their rooms.
 * @returns {{ from: string, to: string, fromRoom: string, toRoom: string }[]}
 */
export function imports() {
  return sources().flatMap((from) => {
    const text = readFileSync(path.join(root, from), 'utf8');
    const found = text.matchAll(
      /^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)|^import '(\.[^']+)'/gm,
    );
    return [...found].flatMap(([, a, b, c]) => {
      const to = path.posix.join(path.posix.dirname(from), a ?? b ?? c).replace(/\.js$/, '.ts');
      return to.includes('/src/') ? [{ from, to, fromRoom: roomOf(from), toRoom: roomOf(to) }] : [];
    });
  });
}

function sources() {
  return ['server/src', 'client/src'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.posix.join(folder, name.replaceAll('\\', '/'))),
  );
}

/** `server/src/core/sql/read.ts` → `core/sql`, `server/src/core/model.ts` → `core/model`, `client/src/run.ts` → `client/run`. */
function roomOf(file) {
  const [side, , ...names] = file.replace(/\.ts$/, '').split('/');
  if (side === 'client') return `client/${names[0]}`;
  if (names.length === 1) return 'server';
  return ['core', 'tools'].includes(names[0]) ? names.slice(0, 2).join('/') : names[0];
}

/**
 * Files that import each other in a circle, one list a circle.
 * @param {readonly { from: string, to: string }[]} arrows
 * @returns {string[][]}
 */
export function circles(arrows = imports()) {
  const next = new Map();
  for (const { from, to } of arrows) next.set(from, [...(next.get(from) ?? []), to]);
  const reached = new Map([...next.keys()].map((file) => [file, reach(file, next)]));
  const seen = new Set();
  return [...reached.keys()].flatMap((file) => {
    if (seen.has(file) || !reached.get(file).has(file)) return [];
    const circle = [...reached.get(file)].filter((other) => reached.get(other)?.has(file)).sort();
    for (const other of circle) seen.add(other);
    return [circle];
  });
}

function reach(file, next) {
  const reached = new Set();
  const waiting = [...(next.get(file) ?? [])];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    waiting.push(...(next.get(at) ?? []));
  }
  return reached;
}

/** A line for each room, in the order of the picture: what it imports, and of how many imports that is made. */
export function drawing(arrows = imports()) {
  const rooms = new Map();
  for (const { fromRoom, toRoom } of arrows) {
    const of = rooms.get(fromRoom) ?? new Map();
    rooms.set(fromRoom, of);
    if (!rooms.has(toRoom)) rooms.set(toRoom, new Map());
    if (fromRoom !== toRoom) of.set(toRoom, (of.get(toRoom) ?? 0) + 1);
  }
  const place = (room) => layerOf(room) ?? PICTURE.length;
  const inOrder = (a, b) => place(a) - place(b) || a.localeCompare(b);
  const width = Math.max(...[...rooms.keys()].map((room) => room.length));
  return [...rooms.keys()]
    .sort(inOrder)
    .map((room) => {
      const of = [...rooms.get(room)].sort(([a], [b]) => inOrder(a, b)).map(([to, n]) => `${to} ${n}`);
      return of.length === 0 ? room : `${room.padEnd(width)} ← ${of.join(', ')}`;
    })
    .join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(drawing());
