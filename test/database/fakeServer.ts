import net from 'node:net';

export interface FakeOptions {
  readonly version?: string;
  readonly versionNum?: string;
  /** Answers the start of a connection with this error; gets what the client sent so far, the password included. */
  readonly refuse?: (said: string) => { readonly code: string; readonly message: string };
  /** Asks for a password in the clear, to hear it. */
  readonly askPassword?: boolean;
  /** Sends these bytes instead of PostgreSQL's protocol. */
  readonly garbage?: Buffer;
  /** Never answers a command. */
  readonly silent?: boolean;
}

export interface FakeServer {
  readonly port: number;
  readonly heard: readonly string[];
  close(): Promise<void>;
}

/** As much of a PostgreSQL server as a connection needs: for versions and faults that no real server here has. */
export async function startFakeServer(options: FakeOptions): Promise<FakeServer> {
  const heard: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (options.garbage) {
      socket.end(options.garbage);
      return;
    }
    talk(socket, options, heard);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    heard,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function talk(socket: net.Socket, options: FakeOptions, heard: string[]): void {
  let started = false;
  let pending = Buffer.alloc(0);
  const start = (said: string) => {
    const refused = options.refuse?.(said);
    if (refused) {
      socket.end(errorResponse(refused.code, refused.message));
      return;
    }
    socket.write(
      Buffer.concat([message('R', int32(0)), message('K', Buffer.concat([int32(4711), int32(42)])), ready()]),
    );
  };
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    if (!started) {
      if (pending.length < 8 || pending.length < pending.readInt32BE(0)) return;
      const said = pending.subarray(8, pending.readInt32BE(0)).toString();
      pending = pending.subarray(pending.readInt32BE(0));
      started = true;
      if (options.askPassword) socket.write(message('R', int32(3)));
      else start(said);
    }
    while (pending.length >= 5 && pending.length >= pending.readInt32BE(1) + 1) {
      const type = String.fromCharCode(pending[0] ?? 0);
      const body = pending.subarray(5, pending.readInt32BE(1)).toString();
      pending = pending.subarray(pending.readInt32BE(1) + 1);
      if (type === 'p') start(body);
      if (type === 'Q') {
        heard.push(body);
        if (!options.silent) socket.write(answer(body, options));
      }
    }
  });
}

function answer(sql: string, { version = '14.0', versionNum = '140000' }: FakeOptions): Buffer {
  if (/server_version_num/i.test(sql)) return row('server_version_num', versionNum);
  if (/server_version/i.test(sql)) return row('server_version', version);
  return Buffer.concat([message('C', Buffer.from('RESET\0')), ready()]);
}

function row(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const column = Buffer.concat([
    Buffer.from(`${name}\0`),
    int32(0),
    int16(0),
    int32(25),
    int16(-1),
    int32(-1),
    int16(0),
  ]);
  return Buffer.concat([
    message('T', Buffer.concat([int16(1), column])),
    message('D', Buffer.concat([int16(1), int32(text.length), text])),
    message('C', Buffer.from('SHOW\0')),
    ready(),
  ]);
}

function errorResponse(code: string, text: string): Buffer {
  return message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`));
}

function ready(): Buffer {
  return message('Z', Buffer.from('I'));
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
