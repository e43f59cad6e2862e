import type { StatusParams, StatusResult } from '../../server/src/lsp/protocol.js';
import type { ServerApi, Store } from './context.js';

const REST_MS = 150;

/** The last known status. Later answers win over earlier ones, whatever the order they arrive in. */
export class StatusStore implements Store {
  readonly #server: Pick<ServerApi, 'status'>;
  readonly #listener: (status: StatusResult) => void;
  readonly #onError: (error: unknown) => void;
  #status: StatusResult | undefined;
  #asked = 0;
  #shown = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    server: Pick<ServerApi, 'status'>,
    listener: (status: StatusResult) => void,
    onError: (error: unknown) => void,
  ) {
    this.#server = server;
    this.#listener = listener;
    this.#onError = onError;
  }

  get status(): StatusResult | undefined {
    return this.#status;
  }

  async refresh(params: StatusParams): Promise<StatusResult> {
    this.#asked += 1;
    const mine = this.#asked;
    const status = await this.#server.status(params);
    // An answer for one folder says nothing of the others: ask for all.
    if (params.folder !== undefined) return this.refresh({ connect: false });
    if (mine > this.#shown) {
      this.#shown = mine;
      this.#status = status;
      this.#listener(status);
    }
    return status;
  }

  /** Files or the ledger changed; a burst of changes is one question, which never opens a connection. */
  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh({ connect: false }).catch(this.#onError), REST_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
