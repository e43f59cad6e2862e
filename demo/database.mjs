// The demo's PostgreSQL: PGlite behind its socket server, in a process of its own (it needs some hundred MB).
// Started by demo/run.mjs, which hears the port over the channel between the two processes.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const [dataDir, port] = process.argv.slice(2);
const db = await PGlite.create(dataDir);
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: Number(port), maxConnections: 20 });
await server.start();
process.send?.('ready');

async function stop() {
  await server.stop();
  await db.close();
  process.exit(0);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// The demo is gone: so is its database.
process.on('disconnect', stop);
