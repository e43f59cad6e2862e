/** A test for paths below a folder. `*` stays within a name, `**` crosses folders, `{a,b}` chooses; a pattern without a slash holds at every depth; what matches a folder covers all in it. */
export function globs(patterns: readonly string[]): (path: string) => boolean {
  const programs = patterns.map(compile);
  return (path) => programs.some((program) => matches(program, path));
}

/** One step of an automaton: takes a character, or chooses where to go on. */
type Move =
  | { readonly kind: 'take'; readonly takes: (character: string) => boolean }
  | { readonly kind: 'go'; readonly to: number[] };

const any = (): boolean => true;
const notSlash = (character: string): boolean => character !== '/';

class Program {
  readonly steps: Move[] = [];

  take(takes: (character: string) => boolean): void {
    this.steps.push({ kind: 'take', takes });
  }

  /** `to` may be filled in later. */
  go(...to: number[]): number[] {
    this.steps.push({ kind: 'go', to });
    return to;
  }

  get here(): number {
    return this.steps.length;
  }

  repeat(takes: (character: string) => boolean): void {
    const start = this.here;
    const choice = this.go(start + 1);
    this.take(takes);
    this.go(start);
    choice.push(this.here);
  }

  optional(write: () => void): void {
    const choice = this.go(this.here + 1);
    write();
    choice.push(this.here);
  }

  anyFolders(): void {
    this.optional(() => {
      this.repeat(any);
      this.take((character) => character === '/');
    });
  }
}

function compile(pattern: string): readonly Move[] {
  const clean = pattern
    .trim()
    .replace(/^\.?\/+/, '')
    .replace(/\/+(\*\*)?$/, '');
  const program = new Program();
  if (!clean.includes('/')) program.anyFolders();
  const open: { choice: number[]; readonly ends: number[][] }[] = [];
  const close = () => {
    for (const end of open.pop()?.ends ?? []) end.push(program.here);
  };
  for (const token of clean.match(/\*\*\/|\*\*|./gsu) ?? []) {
    const group = open.at(-1);
    if (token === '**/') program.anyFolders();
    else if (token === '**') program.repeat(any);
    else if (token === '*') program.repeat(notSlash);
    else if (token === '?') program.take(notSlash);
    else if (token === '{') open.push({ choice: program.go(program.here + 1), ends: [] });
    else if (token === ',' && group) {
      group.ends.push(program.go());
      group.choice.push(program.here);
      group.choice = program.go(program.here + 1);
    } else if (token === '}' && group) close();
    else program.take((character) => character === token);
  }
  while (open.length > 0) close();
  program.optional(() => {
    program.take((character) => character === '/');
    program.repeat(any);
  });
  return program.steps;
}

/** All ways at once, so that no pattern takes long: a regular expression would try them one after the other. */
function matches(program: readonly Move[], path: string): boolean {
  let at = reached(program, [0]);
  for (const character of path) {
    const next: number[] = [];
    for (const place of at) {
      const step = program[place];
      if (step?.kind === 'take' && step.takes(character)) next.push(place + 1);
    }
    if (next.length === 0) return false;
    at = reached(program, next);
  }
  return at.has(program.length);
}

function reached(program: readonly Move[], from: readonly number[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const left = [...from];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const step = program[place];
    if (step?.kind === 'go') left.push(...step.to);
  }
  return seen;
}
