/** NAMEDATALEN - 1: PostgreSQL cuts longer names off. */
export const MAX_NAME_BYTES = 63;

/** A name made of others: cut so that it fits, the suffix whole. */
export function derivedName(parts: readonly string[], suffix: string): string {
  let stem = parts.join('_');
  while (bytes(`${stem}_${suffix}`) > MAX_NAME_BYTES) stem = [...stem].slice(0, -1).join('');
  return `${stem}_${suffix}`;
}

/** As the server counts. */
export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
