import { type CutFile, cutFile, isCut } from './halves.js';
import type { Half, LayoutProblem, Migration } from './migration.js';
import type { MigrationSet } from './set.js';

/** Kinds of problems that a text has, and not its name. */
const OF_TEXT: ReadonlySet<LayoutProblem['kind']> = new Set(['unmarked', 'strangeMarks']);

/**
 * The set with another text for a file of its migration at `index`. `problemsIn` says what is wrong with the marks of a half.
 */
export function withText(
  set: MigrationSet,
  index: number,
  uri: string,
  text: string,
  problemsIn: (half: Half, direction: 'up' | 'down') => readonly LayoutProblem[],
): MigrationSet {
  const migration = set.migrations[index]!;
  const changed = { ...migration, ...halvesWith(set, migration, uri, text) };
  const own = changed.problem ? [changed.problem] : [];
  if (changed.up?.uri === uri) own.push(...problemsIn(changed.up, 'up'));
  else if (changed.down?.uri === uri) own.push(...problemsIn(changed.down, 'down'));
  const others = set.problems.filter((p) => p.uri !== uri || !OF_TEXT.has(p.kind));
  const { problem: _, ...next } = changed;
  const problems = own.length > 0 || others.length < set.problems.length ? [...others, ...own] : set.problems;
  return { ...set, migrations: set.migrations.with(index, next), problems };
}

function halvesWith(set: MigrationSet, { up, down }: Migration, uri: string, text: string): CutFile {
  const file = up?.uri === uri ? up : down!;
  if (isCut(set.layout)) return cutFile({ uri, path: file.path, text }, set.layout);
  const half = (old: Half | undefined) =>
    old?.uri === uri ? { ...old, text, transaction: set.tool.modeIn?.(text) ?? old.transaction } : old;
  return { up: half(up), down: half(down), problem: undefined };
}

/** The same halves, run in the same way: their texts may differ. */
export function sameHalves(a: Migration, b: Migration): boolean {
  return sameHalf(a.up, b.up) && sameHalf(a.down, b.down);
}

function sameHalf(a: Half | undefined, b: Half | undefined): boolean {
  return a?.key === b?.key && a?.transaction === b?.transaction;
}
