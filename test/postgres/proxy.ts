import net from 'node:net';

/**
 * `swallowAnswer`: the server receives the bytes, its answer is lost and both connections break. `swallowRequest`: the
 * server does not receive them either. `strand`: the same, and the server does not even learn that the client is gone.
 */
export type Cut = 'swallowAnswer' | 'swallowRequest' | 'strand';

/** A TCP proxy in front of a server that can lose what is said, as a bad network does. */
export interface Proxy {
  readonly port: number;
  /** Acts when a client sends bytes that hold this text. */
  cutAt(text: string, how: Cut): void;
  /** Acts on what a client sends next. */
  cutNext(how: Cut): void;
  /** Breaks all connections now, on both sides. */
  breakAll(): void;
  /** Breaks all connections now; the server does not learn of it. */
  strandAll(): void;
  /** Refuses new connections from the next cut on. */
  refuseAfterCut(): void;
  close(): Promise<void>;
}

export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
  let needle: { text: string; how: Cut } | undefined;
  let refuse = false;
  let refusing = false;
  const sockets = new Set<net.Socket>();
  const clients = new Set<net.Socket>();
  const strand = (client: net.Socket) => {
    client.removeAllListeners('close');
    client.destroy();
  };

  const server = net.createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = net.connect(target.port, target.host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    clients.add(client);
    client.on('data', (chunk) => {
      const hit = needle !== undefined && chunk.toString('latin1').includes(needle.text);
      if (!hit || !needle) {
        upstream.write(chunk);
        return;
      }
      const { how } = needle;
      needle = undefined;
      refusing = refuse;
      upstream.removeAllListeners('data');
      if (how === 'swallowAnswer') {
        // The answer shows that the server has done it; then the line goes dead.
        upstream.once('data', () => {
          client.destroy();
          upstream.destroy();
        });
        upstream.write(chunk);
      } else {
        if (how === 'swallowRequest') upstream.destroy();
        strand(client);
      }
    });
    upstream.on('data', (chunk) => client.write(chunk));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    cutAt: (text, how) => {
      needle = { text, how };
    },
    cutNext: (how) => {
      needle = { text: '', how };
    },
    breakAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    strandAll: () => {
      for (const client of clients) strand(client);
    },
    refuseAfterCut: () => {
      refuse = true;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
