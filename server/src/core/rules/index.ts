import { addCheckValidated } from './add-check-validated.js';
import { addColumnVolatileDefault } from './add-column-volatile-default.js';
import { addForeignKeyValidated } from './add-foreign-key-validated.js';
import { addNotNullColumnWithoutDefault } from './add-not-null-column-without-default.js';
import { addUniqueBuildsIndex } from './add-unique-builds-index.js';
import { batchLoopOffset } from './batch-loop-offset.js';
import { changeTypeNarrows } from './change-type-narrows.js';
import { changeTypeRewrites } from './change-type-rewrites.js';
import { clientOnlyText } from './client-only-text.js';
import { commitNotAllowed } from './commit-not-allowed.js';
import { concurrentlyInTransaction } from './concurrently-in-transaction.js';
import { concurrentlyWithLockTimeout } from './concurrently-with-lock-timeout.js';
import { createIndexBlocking } from './create-index-blocking.js';
import { deleteWholeTable } from './delete-whole-table.js';
import { delimitedListColumn } from './delimited-list-column.js';
import { downDoesNotUndo } from './down-does-not-undo.js';
import { dropCascade } from './drop-cascade.js';
import { dropColumn } from './drop-column.js';
import { dropIndexBlocking } from './drop-index-blocking.js';
import { dropTable } from './drop-table.js';
import { dropWithReplacement } from './drop-with-replacement.js';
import { duplicateVersion } from './duplicate-version.js';
import { editedAfterApply } from './edited-after-apply.js';
import { enumValueUsedInSameTransaction } from './enum-value-used-in-same-transaction.js';
import { insertSelectWholeTable } from './insert-select-whole-table.js';
import { intPrimaryKey } from './int-primary-key.js';
import { marksOfAnotherTool } from './marks-of-another-tool.js';
import { missingDown } from './missing-down.js';
import { missingLockTimeout } from './missing-lock-timeout.js';
import { missingTimestamps } from './missing-timestamps.js';
import { mixedSchemaAndDataAndDrop } from './mixed-schema-and-data-and-drop.js';
import { naturalPrimaryKey } from './natural-primary-key.js';
import { needsNewerPostgresql } from './needs-newer-postgresql.js';
import { notRerunnable } from './not-rerunnable.js';
import { refreshMaterializedViewBlocking } from './refresh-materialized-view-blocking.js';
import { renameColumn } from './rename-column.js';
import { renameTable } from './rename-table.js';
import { rewriteTable } from './rewrite-table.js';
import type { Rule } from './rule.js';
import { setNotNullUnproved } from './set-not-null-unproved.js';
import { statementCutByTool } from './statement-cut-by-tool.js';
import { suppressionWithoutReason } from './suppression-without-reason.js';
import { timestampWithoutTimeZone } from './timestamp-without-time-zone.js';
import { transactionNotEnded } from './transaction-not-ended.js';
import { truncateTable } from './truncate-table.js';
import { unusedSuppression } from './unused-suppression.js';
import { updateWholeTable } from './update-whole-table.js';
import { validateInSameTransaction } from './validate-in-same-transaction.js';

/** All rules, sorted by id. */
export const rules: readonly Rule[] = [
  addCheckValidated,
  addColumnVolatileDefault,
  addForeignKeyValidated,
  addNotNullColumnWithoutDefault,
  addUniqueBuildsIndex,
  batchLoopOffset,
  changeTypeNarrows,
  changeTypeRewrites,
  clientOnlyText,
  commitNotAllowed,
  concurrentlyInTransaction,
  concurrentlyWithLockTimeout,
  createIndexBlocking,
  deleteWholeTable,
  delimitedListColumn,
  downDoesNotUndo,
  dropCascade,
  dropColumn,
  dropIndexBlocking,
  dropTable,
  dropWithReplacement,
  duplicateVersion,
  editedAfterApply,
  enumValueUsedInSameTransaction,
  insertSelectWholeTable,
  intPrimaryKey,
  marksOfAnotherTool,
  missingDown,
  missingLockTimeout,
  missingTimestamps,
  mixedSchemaAndDataAndDrop,
  naturalPrimaryKey,
  needsNewerPostgresql,
  notRerunnable,
  refreshMaterializedViewBlocking,
  renameColumn,
  renameTable,
  rewriteTable,
  setNotNullUnproved,
  statementCutByTool,
  suppressionWithoutReason,
  timestampWithoutTimeZone,
  transactionNotEnded,
  truncateTable,
  unusedSuppression,
  updateWholeTable,
  validateInSameTransaction,
];
