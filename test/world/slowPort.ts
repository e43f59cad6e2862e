import { once } from 'node:events';
import net from 'node:net';

/** A port that leads to another one, and holds back what the server says for as long as it is told to. */
export interface SlowPort {
  readonly port: number;
  hold(): void;
  release(): void;
  close(): Promise<void>;
}

export async function slowPort(to: { readonly host: string; readonly port: number }): Promise<SlowPort> {
  const sockets = new Set<net.Socket>();
  let held = false;
  const server = net.createServer((client) => {
    const behind = net.connect(to.port, to.host);
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(behind);
    behind.on('data', (chunk) => client.write(chunk));
    if (held) behind.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  return {
    port,
    hold() {
      held = true;
      for (const socket of sockets) if (socket.remotePort === to.port) socket.pause();
    },
    release() {
      held = false;
      for (const socket of sockets) if (socket.remotePort === to.port) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
