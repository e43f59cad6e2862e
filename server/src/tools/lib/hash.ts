import { createHash } from 'node:crypto';
import type { Migration, MigrationFile } from '../../core/migrations/migration.js';

/** SHA-256 of a text as UTF-8, in lower-case hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** SHA-384 of a text as UTF-8, in lower-case hex. */
export function sha384(text: string): string {
  return createHash('sha384').update(text, 'utf8').digest('hex');
}

/** The checksum of each up file, made once for a text: the state of a folder asks for all of them, often. */
export function keptChecksum(make: (text: string) => string): (migration: Migration) => string | undefined {
  const known = new WeakMap<MigrationFile, string>();
  return ({ up }) => {
    if (!up) return undefined;
    const sum = known.get(up) ?? make(up.text);
    known.set(up, sum);
    return sum;
  };
}
