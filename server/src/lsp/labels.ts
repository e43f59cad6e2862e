import { type Migration, numberOf } from '../core/index.js';

/** `0042 add_users` */
export const labelOf = (migration: Migration): string => `${numberOf(migration)} ${migration.name}`.trim();
