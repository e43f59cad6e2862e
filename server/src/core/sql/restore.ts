import type { ParseOutcome } from './parser.js';

/** What the parser read in place of a placeholder, and what the author wrote there. */
export interface Masked {
  readonly mask: string;
  readonly source: string;
}

/**
 * The parse with placeholders under their own names again: messages and generated statements say `${schema}.users`, as the
 * file does. The tree is changed in place: it is fresh from the parser.
 */
export function restored(outcome: ParseOutcome, masked: readonly Masked[]): ParseOutcome {
  const names = masked.filter(({ mask }) => /^[_a-z0-9]+$/.test(mask));
  if (outcome.ok && names.length > 0) for (const { node } of outcome.statements) restore(node, names);
  return outcome;
}

function restore(node: object, names: readonly Masked[]): void {
  const fields = node as Record<string, unknown>;
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'object' && value !== null) restore(value, names);
    else if (typeof value === 'string') fields[key] = nameIn(value, names);
  }
}

function nameIn(text: string, names: readonly Masked[]): string {
  const whole = names.find(({ mask }) => mask === text);
  if (whole) return whole.source;
  // psql replaces whole words only; `${env}` may be part of one.
  return names.reduce(
    (name, { mask, source }) => (source.startsWith('$') ? name.replace(mask, () => source) : name),
    text,
  );
}
