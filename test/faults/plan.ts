import { type Attempt, FAULTS, type survey } from './harness.js';
import { STEPS } from './scenarios.js';

/** Every fault at every message of every migration, both ways. */
export function attemptsOf(tool: string, { up, down }: Awaited<ReturnType<typeof survey>>): readonly Attempt[] {
  const all: Attempt[] = [];
  for (const fault of FAULTS) {
    for (let from = 0; from < STEPS; from++) {
      for (let message = 1; message <= up[from]!; message++) all.push({ tool, direction: 'up', from, fault, message });
    }
    for (let from = STEPS; from > 0; from--) {
      for (let message = 1; message <= down[from]!; message++)
        all.push({ tool, direction: 'down', from, fault, message });
    }
  }
  return all;
}

/** So many of them, spread evenly and always the same. */
export function sample<T>(all: readonly T[], count: number): readonly T[] {
  if (count >= all.length) return all;
  return Array.from({ length: count }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)]!);
}
