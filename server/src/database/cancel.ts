import net from 'node:net';
import path from 'node:path';
import { type ConnectTarget, reached } from './target.js';

/** Code of CancelRequest (PostgreSQL documentation, 54.7 Message Formats). */
const CANCEL_REQUEST = 80_877_102;

/**
 * Asks the server to stop what a session runs, by a second connection. The protocol's own request needs neither a
 * password nor a free connection slot, and works through proxies. The server answers by closing; it never says whether it
 * helped, so the session's own answer tells.
 */
export function requestCancel(
  target: Pick<ConnectTarget, 'host' | 'address' | 'port'>,
  processId: number,
  secretKey: number,
): Promise<void> {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL_REQUEST, 4);
  message.writeInt32BE(processId, 8);
  message.writeInt32BE(secretKey, 12);
  return new Promise((resolve) => {
    const host = reached(target);
    const socket = host.startsWith('/')
      ? net.connect(path.posix.join(host, `.s.PGSQL.${target.port}`))
      : net.connect(target.port, host);
    socket.setTimeout(3_000, () => socket.destroy());
    socket.once('connect', () => socket.write(message));
    socket.on('data', () => {});
    socket.on('error', () => {});
    socket.once('close', () => resolve());
  });
}
