import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../../database/session.js';

/** CRC-32 (IEEE 802.3), as Go's `crc32.ChecksumIEEE`. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Lockstep's own key, for ledgers whose tool takes no lock: `LOCK` in ASCII above the CRC of the table. */
export function ownLockId(schema: string, table: string): string {
  return String((0x4c4f434bn << 32n) | BigInt(crc32(`${schema}\0${table}`)));
}

/** A second key of Lockstep's, for the session that runs the scripts: `WORK` above the CRC of the table. */
export function workLockId(schema: string, table: string): string {
  return String((0x574f524bn << 32n) | BigInt(crc32(`${schema}\0${table}`)));
}

/**
 * Takes a session's advisory lock by asking again and again. Waiting inside `pg_advisory_lock` would hold a snapshot, for
 * which another session's CREATE INDEX CONCURRENTLY waits in turn, for ever.
 */
export async function takeAdvisoryLock(session: Session, key: string, timeoutMs: number): Promise<() => Promise<void>> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const { rows } = await session.query('SELECT pg_catalog.pg_try_advisory_lock($1::bigint) AS taken', [key]);
    if (rows[0]?.taken === true) break;
    if (Date.now() >= until) throw new Error(await heldMessage(session, key, timeoutMs));
    await sleep(Math.min(100, Math.max(1, until - Date.now())));
  }
  return async () => {
    await session.query('SELECT pg_catalog.pg_advisory_unlock($1::bigint)', [key]);
  };
}

async function heldMessage(session: Session, key: string, timeoutMs: number): Promise<string> {
  const { rows } = await session.query(
    `SELECT l.pid, a.application_name AS name FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        AND (l.classid::bigint << 32) | l.objid::bigint = $1::bigint`,
    [key],
  );
  const holder = rows[0] ? ` (process ${rows[0].pid}${rows[0].name ? `, ${rows[0].name}` : ''})` : '';
  return `Another migration run holds the lock of this database${holder}. Waited ${timeoutMs / 1000} s; try again when it has ended.`;
}
