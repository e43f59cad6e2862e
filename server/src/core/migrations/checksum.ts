import type { Migration } from './migration.js';
import { sha256Hex } from './sha256.js';

/**
 * Checksum of a script in the plain layouts' ledger: SHA-256, lower-case hex, of the text as UTF-8 without a byte order mark
 * and with CRLF and CR as LF, so that a checkout on Windows has the same one. Everything else counts, blanks too.
 */
export function checksum(text: string): string {
  return sha256Hex(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'));
}

/** Checksum of the up script; undefined when there is none. */
export function migrationChecksum(migration: Migration): string | undefined {
  return migration.up && checksum(migration.up.text);
}
