import type { Node } from '@pgsql/types';
import type { EffectBuilder } from './builder.js';
import { sequenceOf } from './volatility.js';

/** nextval('s') in an expression that is evaluated takes ROW EXCLUSIVE on the sequence. */
export function lockNextval(b: EffectBuilder, expression: Node | undefined): void {
  const sequence = sequenceOf(expression);
  if (sequence) b.lock(b.target(sequence), 'ROW EXCLUSIVE', 'sequence');
}
