import type { Migration, MigrationFile } from './migration.js';
import { sha256Hex } from './sha256.js';

/**
 * Checksum of a script in the plain layouts' ledger: SHA-256, lower-case hex, of the text as UTF-8 without a byte order mark
 * and with CRLF and CR as LF, so that a checkout on Windows has the same one. Everything else counts, blanks too.
 */
export function checksum(text: string): string {
  return sha256Hex(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'));
}

const known = new WeakMap<MigrationFile, string>();

/** Checksum of the up script; undefined when there is none. Kept: the state of a folder asks for all of them, often. */
export function migrationChecksum({ up }: Migration): string | undefined {
  if (!up) return undefined;
  const sum = known.get(up) ?? checksum(up.text);
  known.set(up, sum);
  return sum;
}
