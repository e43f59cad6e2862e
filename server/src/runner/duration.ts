const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a duration in PostgreSQL's spelling (`5s`, `500ms`, `2min`, a bare number of milliseconds); undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(text);
  const unit = UNITS[match?.[2] ?? 'ms'];
  return match && unit !== undefined ? Math.round(Number(match[1]) * unit) : undefined;
}
