import { addColumn, addForeignKey, addIndex, createTable, empty } from './templates/simple.js';
import { backfill, changeType, renameColumn } from './templates/staged.js';
import type { Template } from './templates/template.js';

export type { Template } from './templates/template.js';

/** What New Migration offers, in this order. */
export const templates: readonly Template[] = [
  empty,
  createTable,
  addColumn,
  addIndex,
  addForeignKey,
  renameColumn,
  changeType,
  backfill,
];
