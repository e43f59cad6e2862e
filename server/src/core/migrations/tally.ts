import type { Layout } from './layout.js';
import type { Candidate, Claim, Mark } from './tool.js';

/** What a folder's names say, per layout: whole migrations, and those with only one half. */
export interface Tally {
  readonly layout: Layout;
  readonly pairs: number;
  readonly ups: number;
}

/** The layout that most names fit, by pairs first; undefined when none has a single up. */
export function bestTally(layouts: readonly Layout[], paths: ReadonlySet<string>): Tally | undefined {
  let best: Tally | undefined;
  for (const layout of layouts) {
    const next = tally(layout, paths);
    if (next.ups > 0 && (!best || next.pairs > best.pairs || (next.pairs === best.pairs && next.ups > best.ups)))
      best = next;
  }
  return best;
}

function tally(layout: Layout, paths: ReadonlySet<string>): Tally {
  const directions = new Map<string, Set<string>>();
  for (const path of paths) {
    const reading = layout.read(path, paths);
    if (reading?.kind !== 'half') continue;
    const key = `${reading.version}/${reading.name}`;
    directions.set(key, (directions.get(key) ?? new Set()).add(reading.direction));
  }
  const all = [...directions.values()];
  return { layout, pairs: all.filter((d) => d.size === 2).length, ups: all.filter((d) => d.has('up')).length };
}

/**
 * The claim of a tool that knows its files by their names alone: whole pairs say enough, ups without downs only where the
 * folder is called migrations. `alone`: a single up by itself is told from any other file, as `.up.sql` is.
 */
export function claimByNames(candidate: Candidate, layouts: readonly Layout[], alone = false): Claim | undefined {
  const best = bestTally(layouts, candidate.paths);
  if (!best) return undefined;
  if (best.pairs > 0) return { ...best, strength: 'paired' };
  const enough = alone || best.ups > 1 || candidate.called === 'itself';
  return candidate.called && enough ? { ...best, strength: 'called' } : undefined;
}

/** How many texts are looked at: a tool's marks are in all of its files. */
const SAMPLE = 20;

/** Whether one of the first texts holds a mark. */
export function hasMark(candidate: Candidate, marks: readonly Mark[]): boolean {
  return candidate.files
    .slice(0, SAMPLE)
    .some(({ text }) => commentLines(text).some((line) => marks.some(({ pattern }) => pattern.test(line))));
}

/** What stands behind `--` in the lines that begin with it, trimmed. */
export function commentLines(text: string): readonly string[] {
  return Array.from(text.matchAll(/^[ \t]*--(.*)$/gm), (match) => match[1]!.trim());
}
