import { guardOfNew } from '../fixes/lockTimeout.js';
import type { ObjectName } from '../sql/write.js';
import { notNullProof } from './notNullProof.js';
import type { Plan } from './plan.js';

/** Two migrations that make a filled column NOT NULL without a scan that blocks. `when`: what has to be true before the first. */
export function requireLater(table: ObjectName, column: string, when?: string): Plan {
  const proof = notNullProof(table, column);
  const guard = guardOfNew();
  return [
    {
      name: `require_${table.name}_${column}`,
      ...(when === undefined ? {} : { when }),
      up: [guard, proof.add],
      down: [guard, proof.drop],
    },
    {
      name: `set_${table.name}_${column}_not_null`,
      up: [guard, proof.validate, proof.setNotNull, proof.drop],
      down: [guard, proof.add, proof.dropNotNull],
    },
  ];
}
