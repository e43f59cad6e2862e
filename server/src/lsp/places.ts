import type { MigrationSet } from '../core/index.js';
import type { ConnectTarget, Marked } from '../database/target.js';
import { type GuardVerdict, guardRun } from '../runner/guard.js';
import { type Environment, environmentsOf } from './environments.js';
import type { ConnectionsParams } from './protocol.js';
import type { Root, Workspace } from './workspace.js';

/** A migration folder with the database that it is compared with. */
export interface Place {
  readonly root: Root;
  readonly set: MigrationSet;
  readonly environment: Environment | undefined;
}

export const UNTRUSTED =
  'Lockstep does not connect to a database in a workspace that is not trusted. Trust the workspace first.';
export const NO_DATABASE = 'No database is connected. Add a connection, or set DATABASE_URL.';

/** Which database belongs to which folder, and what may run there. Connects to none. */
export class Places {
  readonly #workspace: Workspace;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #log: (message: string) => void;
  /** What stands in the way of a connection, by the address of the workspace folder. */
  readonly #problems = new Map<string, readonly string[]>();
  #connections: ConnectionsParams = { connections: [], selected: {}, trusted: false };

  constructor(workspace: Workspace, env: Readonly<Record<string, string | undefined>>, log: (message: string) => void) {
    this.#workspace = workspace;
    this.#env = env;
    this.#log = log;
  }

  get trusted(): boolean {
    return this.#connections.trusted;
  }

  /** Another object with every change. */
  get connections(): ConnectionsParams {
    return this.#connections;
  }

  set connections(params: ConnectionsParams) {
    this.#connections = params;
  }

  /** Whether something may run there; from names alone. */
  verdict({ root, environment }: Place, direction: 'up' | 'down', confirmed: boolean): GuardVerdict {
    if (!this.trusted) return { allowed: false, reason: UNTRUSTED };
    if (!environment) return { allowed: false, reason: NO_DATABASE };
    const { localHosts, allowApplyOnShared } = root.config;
    return guardRun({ target: environment.target, localHosts, direction, allowApplyOnShared, confirmed });
  }

  /** The folder as it is on disk now; or why there is none. */
  async of(folder: string): Promise<Place | string> {
    await this.#workspace.reread(folder);
    const root = this.#workspace.rootOf(`${folder}/`);
    const set = root?.model.set(folder);
    if (!root || !set) return 'This migration folder is not there any more. Refresh, and check that it still exists.';
    return { root, set, environment: this.choose(folder, await this.environments(root)) };
  }

  async environments(root: Root): Promise<readonly Environment[]> {
    const problems: string[] = [];
    // An untrusted workspace offers nothing: its .env is not read either.
    const { connections, marks = [], trusted } = this.#connections;
    const onProblem = (message: string) => void problems.push(message);
    const found = trusted ? await environmentsOf(root, connections, marks, this.#env, onProblem) : [];
    for (const message of problems) if (!this.#problems.get(root.uri)?.includes(message)) this.#log(message);
    this.#problems.set(root.uri, problems);
    return found;
  }

  /** What is known of the kinds of databases, by all ways. */
  async marks(root: Root): Promise<readonly (Marked & { readonly label?: string })[]> {
    const known = await this.environments(root);
    return [...known.map(({ target }) => target), ...(this.#connections.marks ?? [])];
  }

  /** Why connections that are there are not offered, as far as they were looked for. */
  problems(roots: readonly Root[]): readonly string[] {
    return [...new Set(roots.flatMap((root) => this.#problems.get(root.uri) ?? []))];
  }

  /**
   * The one chosen for the folder, else the one chosen for all, else the first local one, else the first. What stands
   * in the user's own settings may belong to another project: it is never taken unchosen.
   */
  choose(folder: string, known: readonly Environment[]): Environment | undefined {
    const { selected } = this.#connections;
    const id = selected[folder] ?? selected['*'];
    const chosen = known.find((e) => e.dto.id === id);
    if (chosen) return chosen;
    const here = known.filter((e) => !this.#isPersonal(e.dto.id));
    return here.find((e) => e.dto.kind === 'local') ?? here[0];
  }

  /** The only one there is; one of the user's own settings only where it was chosen before. `used`: by the folders. */
  obvious(known: readonly Environment[], used: readonly (Environment | undefined)[]): string | undefined {
    const [only, ...more] = new Set(known.map((e) => e.dto.id));
    if (only === undefined || more.length > 0) return undefined;
    return !this.#isPersonal(only) || used.some((e) => e?.dto.id === only) ? only : undefined;
  }

  #isPersonal(id: string): boolean {
    return this.#connections.connections.some((c) => c.id === id && c.personal === true);
  }

  async targetOf(id: string | undefined): Promise<ConnectTarget | undefined> {
    for (const root of this.#workspace.roots) {
      const found = (await this.environments(root)).find((e) => e.dto.id === id);
      if (found) return found.target;
    }
    return undefined;
  }
}
