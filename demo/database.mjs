// The demo's PostgreSQL: PGlite behind its socket server, in a process of its own (it needs some hundred MB).
// Started by demo/setup.mjs, which hears over the channel between the two processes when it answers.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const [dataDir, port] = process.argv.slice(2);
const db = await PGlite.create(dataDir);
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: Number(port), maxConnections: 20 });
await server.start();
process.send?.('ready');

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  await server.stop();
  await db.close();
  process.exit(0);
}

process.on('SIGTERM', stop);
// Ctrl+C reaches the whole group of processes: the demo ends the database when nobody uses it any more.
process.on('SIGINT', () => {});
// The demo is gone: so is its database.
process.on('disconnect', stop);
