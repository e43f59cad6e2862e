import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { numberOf } from '../../server/src/core/index.js';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import { statusOf } from '../../server/src/core/migrations/status.js';
import { chooseLedger } from '../../server/src/tools/choose.js';
import { run, setOf, withSession } from '../postgres/kit.js';
import type { TestServer } from '../postgres/server.js';
import { foldersIn, toolNamed } from '../world/sets.js';
import { type Program, type Project, runIn, type Said, type Standing } from './program.js';

/** The columns of the table, in the order in which they are looked at. */
export const CHECKS = [
  'detected',
  'listed',
  'status agrees',
  'we apply, tool agrees',
  'tool applies, we agree',
  'rolled back, both agree',
  'edited: same verdict',
  'failure seen by both',
  'locks: as stated',
] as const;
export type Check = (typeof CHECKS)[number];

/** What a check found: nothing wrong, or what does not agree. */
export type Findings = Readonly<Record<Check, string | undefined>>;

/** Where the projects lie while this process runs. */
const SCRATCH = mkdtempSync(path.join(os.tmpdir(), 'interop-'));
process.once('exit', () => rmSync(SCRATCH, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

/** Runs a tool's program and Lockstep on the same databases, in turns. */
export async function compare(program: Program, binary: string, server: TestServer): Promise<Findings> {
  const found: Partial<Record<Check, string | undefined>> = {};
  for (const check of CHECKS) {
    try {
      found[check] = await STEPS[check](new Bench(program, binary, server));
    } catch (error) {
      found[check] = `stopped: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return found as Findings;
}

/** One tool with a project and a new database of its own. */
class Bench {
  readonly program: Program;
  readonly server: TestServer;
  readonly #binary: string;
  #files: Files = {};

  constructor(program: Program, binary: string, server: TestServer) {
    this.program = program;
    this.server = server;
    this.#binary = binary;
  }

  /** A new database, and these files and no others in the folder. */
  async start(files: Files): Promise<Place> {
    const database = await this.server.createDatabase();
    const dir = mkdtempSync(path.join(SCRATCH, 'project-'));
    const project: Project = {
      dir,
      url: this.server.url(database),
      run: (command, args, env) => runIn(dir, command, args, env),
    };
    const place = { database, project };
    this.lay(place, files);
    for (const [name, text] of Object.entries(this.program.around?.(project) ?? {}))
      writeFileSync(path.join(dir, name), text);
    return place;
  }

  lay({ project }: Place, files: Files): void {
    const folder = path.join(project.dir, this.program.folder);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    this.#files = files;
  }

  /** The files of the first migrations. */
  firstOf(files: Files, count: number): Files {
    this.#files = files;
    const paths = this.set.migrations.slice(0, count).flatMap((m) => [m.up?.path, m.down?.path]);
    // A folder of one migration may hold more than its halves.
    const stems = paths.flatMap((p) => (p?.includes('/') ? [p.slice(0, p.indexOf('/') + 1)] : []));
    const isOf = (name: string) => paths.includes(name) || stems.some((stem) => name.startsWith(stem));
    return Object.fromEntries(Object.entries(files).filter(([name]) => isOf(name)));
  }

  found(files: Files, around: Files) {
    const list = Object.entries({
      ...around,
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`${this.program.folder}/${name}`, text])),
    }).map(([name, text]) => ({ uri: `file:///ws/${name}`, path: name, text }));
    return foldersIn(list, { root: 'file:///ws' });
  }

  get set(): MigrationSet {
    const { id } = this.program;
    const names = Object.keys(this.#files);
    const layout = toolNamed(id).layouts.find((l) => names.some((n) => l.read(n, new Set(names))?.kind === 'half'));
    return setOf(id, this.#files, layout?.id);
  }

  up = ({ project }: Place) => this.program.up(project, this.#binary);
  down = async (place: Place): Promise<Said> => {
    if (this.program.down) return this.program.down(place.project, this.#binary);
    const { outcome, message } = await this.apply(place, 'down');
    return { ok: outcome === 'done', text: message };
  };
  rows = ({ database }: Place) => this.server.query(this.program.rows, database);

  async theirs({ project }: Place): Promise<Standing> {
    return this.program.standing(project, this.#binary);
  }

  async ours({ database }: Place) {
    const { set } = this;
    return withSession(this.server, database, async (session) => {
      const ledger = await chooseLedger(session, set, { table: undefined });
      const state = await ledger.read(session, set);
      if (state.problem !== undefined) throw new Error(state.problem);
      return statusOf(set, state, ledger.keeps);
    });
  }

  /** What the two say of the database, where it is not the same. */
  async difference(place: Place, expected?: number): Promise<string | undefined> {
    const theirs = await this.theirs(place);
    const ours = await this.ours(place);
    const of = (...states: string[]) =>
      ours.flatMap((s) => (s.migration && states.includes(s.state) ? [numberOf(s.migration)] : []));
    const mine = { applied: of('applied'), failed: of('failed'), pending: of('pending', 'outOfOrder') };
    const other = { applied: theirs.applied, failed: theirs.failed ?? [], pending: theirs.pending };
    if (!isDeepStrictEqual(mine, other)) return `tool ${brief(other)}, Lockstep ${brief(mine)}`;
    if (expected !== undefined && mine.applied.length !== expected)
      return `${mine.applied.length} applied instead of ${expected}`;
    return undefined;
  }

  /** Runs the work while Lockstep holds the lock of the ledger. */
  async holding<T>({ database }: Place, work: () => Promise<T>): Promise<T> {
    return withSession(this.server, database, async (session) => {
      const ledger = await chooseLedger(session, this.set, { table: undefined });
      const release = await ledger.lock(session, 1_000);
      try {
        return await work();
      } finally {
        await release();
      }
    });
  }

  async apply({ database }: Place, direction: 'up' | 'down' = 'up') {
    return run(this.server, database, this.set, { direction });
  }
}

/** Long enough for every tool to have run one migration. */
const HELD_MS = 8_000;

interface Place {
  readonly database: string;
  readonly project: Project;
}

function brief(value: unknown): string {
  return JSON.stringify(value).replaceAll('"', '');
}

/** The first of several checks that finds something. */
async function first(...checks: readonly (() => Promise<string | undefined> | string | undefined)[]) {
  for (const check of checks) {
    const found = await check();
    if (found !== undefined) return found;
  }
  return undefined;
}

const STEPS: Readonly<Record<Check, (bench: Bench) => Promise<string | undefined>>> = {
  async detected(bench) {
    const { project } = await bench.start(bench.program.files);
    const folders = bench.found(bench.program.files, bench.program.around?.(project) ?? {});
    const tools = folders.map((f) => f.tool);
    return isDeepStrictEqual(tools, [bench.program.id]) ? undefined : `found ${tools.join(', ') || 'nothing'}`;
  },

  async listed(bench) {
    const place = await bench.start(bench.program.files);
    const { pending } = await bench.theirs(place);
    const mine = bench.set.migrations.map((m) => numberOf(m));
    return isDeepStrictEqual(pending, mine) ? undefined : `tool ${pending.join(' ')}, Lockstep ${mine.join(' ')}`;
  },

  async 'status agrees'(bench) {
    const all = bench.program.files;
    const place = await bench.start(bench.firstOf(all, 2));
    const said = await bench.up(place);
    if (!said.ok) return said.text;
    bench.lay(place, all);
    return bench.difference(place, 2);
  },

  async 'we apply, tool agrees'(bench) {
    const place = await bench.start(bench.program.files);
    const own = await bench.start(bench.program.files);
    const result = await bench.apply(place);
    if (result.outcome !== 'done') return result.message;
    return first(
      () => bench.difference(place, 3),
      async () => {
        await bench.up(own);
        const [mine, theirs] = [await bench.rows(place), await bench.rows(own)];
        return isDeepStrictEqual(mine, theirs) ? undefined : `rows of the tool ${brief(theirs)}, ours ${brief(mine)}`;
      },
      async () => {
        const before = await bench.rows(place);
        await bench.up(place);
        const after = await bench.rows(place);
        return isDeepStrictEqual(before, after) ? undefined : 'the tool found something to do';
      },
    );
  },

  async 'tool applies, we agree'(bench) {
    const place = await bench.start(bench.program.files);
    const said = await bench.up(place);
    if (!said.ok) return said.text;
    return first(
      () => bench.difference(place, 3),
      async () => {
        const again = await bench.apply(place);
        return again.idle ? undefined : `not idle: ${again.message}`;
      },
    );
  },

  async 'rolled back, both agree'(bench) {
    const place = await bench.start(bench.program.files);
    await bench.apply(place);
    return first(
      async () => {
        const back = await bench.apply(place, 'down');
        return back.outcome === 'done' ? bench.difference(place, 2) : back.message;
      },
      async () => {
        const said = await bench.down(place);
        return said.ok ? bench.difference(place, 1) : said.text;
      },
      async () => {
        const said = await bench.up(place);
        return said.ok ? bench.difference(place, 3) : said.text;
      },
      async () => {
        const back = await bench.down(place);
        const ours = await bench.apply(place, 'down');
        return back.ok && ours.outcome === 'done' ? bench.difference(place, 1) : `${back.text} ${ours.message}`;
      },
    );
  },

  async 'edited: same verdict'(bench) {
    const { files, flagsEdits = false } = bench.program;
    const place = await bench.start(files);
    await bench.up(place);
    const name = Object.keys(files)[0]!;
    bench.lay(place, { ...files, [name]: `${files[name]}-- edited\n` });
    const ours = (await bench.ours(place)).some((s) => s.state === 'modified');
    const said = await bench.up(place);
    const theirs = !said.ok;
    const told = (flag: boolean) => (flag ? 'flags it' : 'does not');
    return ours === flagsEdits && theirs === flagsEdits
      ? undefined
      : `tool ${told(theirs)}, Lockstep ${told(ours)}: ${said.text.slice(0, 100)}`;
  },

  async 'locks: as stated'(bench) {
    const { files, locks = false } = bench.program;
    const place = await bench.start(bench.firstOf(files, 1));
    let up: ReturnType<typeof bench.up> | undefined;
    const isApplied = await bench.holding(place, async () => {
      up = bench.up(place);
      await Promise.race([up, sleep(HELD_MS)]);
      const [users] = await bench.server.query(`SELECT to_regclass('users') AS t`, place.database);
      return users?.t !== null;
    });
    await up;
    if (isApplied === locks)
      return locks ? 'the tool ran under the lock' : 'the tool waits for a lock of Lockstep alone';
    // Without the lock the same command goes on.
    const said = await bench.up(place);
    return said.ok ? bench.difference(place, 1) : said.text;
  },

  async 'failure seen by both'(bench) {
    const { files, broken } = bench.program;
    const all = { ...files, ...broken };
    const half = async ({ database }: Place) =>
      (await bench.server.query(`SELECT to_regclass('half') AS t`, database))[0]?.t === null
        ? undefined
        : 'the table of the failed file is there';
    const place = await bench.start(all);
    const said = await bench.up(place);
    if (said.ok) return `the tool did not fail: ${said.text}`;
    const other = await bench.start(all);
    return first(
      () => bench.difference(place),
      () => half(place),
      async () => {
        const result = await bench.apply(other);
        return result.outcome === 'failed' ? undefined : `Lockstep: ${result.outcome}: ${result.message}`;
      },
      () => bench.difference(other),
      () => half(other),
    );
  },
};
