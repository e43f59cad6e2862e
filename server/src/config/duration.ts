const UNITS = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 } as const;

/** Milliseconds of a time as PostgreSQL writes it (`500ms`, `5s`, `2min`); a bare number is milliseconds. 0 for what is not a time. */
export function milliseconds(text: string): number {
  const match = /^(\d+)(ms|s|min|h)?$/.exec(text.trim());
  if (!match) return 0;
  return Number(match[1]) * UNITS[(match[2] ?? 'ms') as keyof typeof UNITS];
}
