import type { MigrationSet } from '../core/index.js';
import type { ConnectTarget } from '../database/target.js';
import { type Environment, environmentsOf } from './environments.js';
import type { ConnectionsParams } from './protocol.js';
import type { Root, Workspace } from './workspace.js';

/** A migration folder with the database that it is compared with. */
export interface Place {
  readonly root: Root;
  readonly set: MigrationSet;
  readonly environment: Environment | undefined;
}

/** Which database belongs to which folder. Connects to none. */
export class Places {
  readonly #workspace: Workspace;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #log: (message: string) => void;
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

  /** The folder as it is on disk now; or why there is none. */
  async of(folder: string): Promise<Place | string> {
    await this.#workspace.reread(folder);
    const root = this.#workspace.rootOf(`${folder}/`);
    const set = root?.model.set(folder);
    if (!root || !set) return 'This migration folder is not there any more. Refresh, and check that it still exists.';
    return { root, set, environment: this.choose(folder, await this.environments(root)) };
  }

  environments(root: Root): Promise<readonly Environment[]> {
    // An untrusted workspace offers nothing: its .env is not read either.
    if (!this.#connections.trusted) return Promise.resolve([]);
    return environmentsOf(root, this.#connections.connections, this.#env, this.#log);
  }

  /**
   * The one chosen for the folder, else the one chosen for all, else the first local one, else the first. What stands
   * in the user's own settings may belong to another project: it is never taken unchosen.
   */
  choose(folder: string, known: readonly Environment[]): Environment | undefined {
    const { selected, connections } = this.#connections;
    const id = selected[folder] ?? selected['*'];
    const chosen = known.find((e) => e.dto.id === id);
    if (chosen) return chosen;
    const personal = new Set(connections.flatMap((c) => (c.personal ? [c.id] : [])));
    const here = known.filter((e) => !personal.has(e.dto.id));
    return here.find((e) => e.dto.kind === 'local') ?? here[0];
  }

  async targetOf(id: string | undefined): Promise<ConnectTarget | undefined> {
    for (const root of this.#workspace.roots) {
      const found = (await this.environments(root)).find((e) => e.dto.id === id);
      if (found) return found.target;
    }
    return undefined;
  }
}
