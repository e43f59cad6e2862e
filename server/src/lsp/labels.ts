import type { Migration } from '../core/index.js';

/** The number as the file name has it (`0042`), where the ledger writes it without zeros. */
export function numberOf({ version, number, up, down }: Migration): string {
  if (number !== undefined) return number;
  const bare = version.replace(/^0+(?=.)/, '');
  const segments = ((up ?? down)?.path ?? '').split('/').slice(-2).reverse();
  const digits = segments.map((s) => /^\d+/.exec(s)?.[0]).find((d) => d?.replace(/^0+(?=.)/, '') === bare);
  return digits ?? version;
}

/** `0042 add_users` */
export const labelOf = (migration: Migration): string => `${numberOf(migration)} ${migration.name}`.trim();
