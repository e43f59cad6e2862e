import { guardOfNew } from '../fixes/lockTimeout.js';
import type { ObjectName } from '../sql/write.js';
import type { NewMigration } from './newMigrations.js';
import { notNullProof } from './notNullProof.js';

/** Two migrations that make a filled column NOT NULL without a scan that blocks. `note`: said above the first. */
export function requireLater(table: ObjectName, column: string, note?: string): readonly NewMigration[] {
  const proof = notNullProof(table, column);
  const guard = guardOfNew();
  return [
    {
      name: `require_${table.name}_${column}`,
      up: [...(note === undefined ? [] : [`-- ${note.replace(/\s+/g, ' ')}`]), guard, proof.add],
      down: [guard, proof.drop],
    },
    {
      name: `set_${table.name}_${column}_not_null`,
      up: [guard, proof.validate, proof.setNotNull, proof.drop],
      down: [guard, proof.add, proof.dropNotNull],
    },
  ];
}
