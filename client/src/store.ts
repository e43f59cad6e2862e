import type { StatusParams, StatusResult } from '../../server/src/lsp/protocol.js';
import type { ServerApi, Store } from './context.js';

const REST_MS = 150;

/** The last known status. Which of two answers holds, the server's number says: a quick answer may overtake one that connects. */
export class StatusStore implements Store {
  readonly #server: Pick<ServerApi, 'status'>;
  readonly #listener: (status: StatusResult) => void;
  readonly #onError: (error: unknown) => void;
  #status: StatusResult | undefined;
  #started = 0;
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
    const server = this.#started;
    const status = await this.#server.status(params);
    if (server === this.#started && status.revision > this.#shown) {
      this.#shown = status.revision;
      this.#status = status;
      this.#listener(status);
    }
    return status;
  }

  /** The server was started anew, and numbers its answers anew: what the one before it still says is dropped. */
  restarted(): void {
    this.#started += 1;
    this.#shown = 0;
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
