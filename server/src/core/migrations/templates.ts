import { addColumn, addForeignKey, addIndex, createTable, empty } from './templates/simple.js';
import { backfill, changeType, renameColumn } from './templates/staged.js';
import type { Template } from './templates/template.js';

export type {
  Template,
  TemplateField,
  TemplateInput,
  TemplateMigration,
  TemplateResult,
} from './templates/template.js';

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
