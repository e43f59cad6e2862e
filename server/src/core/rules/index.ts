import { batchLoopOffset } from './batch-loop-offset.js';
import { commitNotAllowed } from './commit-not-allowed.js';
import { deleteWholeTable } from './delete-whole-table.js';
import { delimitedListColumn } from './delimited-list-column.js';
import { downDoesNotUndo } from './down-does-not-undo.js';
import { dropWithReplacement } from './drop-with-replacement.js';
import { duplicateVersion } from './duplicate-version.js';
import { editedAfterApply } from './edited-after-apply.js';
import { insertSelectWholeTable } from './insert-select-whole-table.js';
import { intPrimaryKey } from './int-primary-key.js';
import { missingDown } from './missing-down.js';
import { missingTimestamps } from './missing-timestamps.js';
import { mixedSchemaAndDataAndDrop } from './mixed-schema-and-data-and-drop.js';
import { naturalPrimaryKey } from './natural-primary-key.js';
import type { Rule } from './rule.js';
import { suppressionWithoutReason } from './suppression-without-reason.js';
import { timestampWithoutTimeZone } from './timestamp-without-time-zone.js';
import { unusedSuppression } from './unused-suppression.js';
import { updateWholeTable } from './update-whole-table.js';

/** All rules, sorted by id. */
export const rules: readonly Rule[] = [
  batchLoopOffset,
  commitNotAllowed,
  deleteWholeTable,
  delimitedListColumn,
  downDoesNotUndo,
  dropWithReplacement,
  duplicateVersion,
  editedAfterApply,
  insertSelectWholeTable,
  intPrimaryKey,
  missingDown,
  missingTimestamps,
  mixedSchemaAndDataAndDrop,
  naturalPrimaryKey,
  suppressionWithoutReason,
  timestampWithoutTimeZone,
  unusedSuppression,
  updateWholeTable,
];
