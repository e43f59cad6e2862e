/**
 * The façade: all that the language server and the command line use of the core.
 * Call `loadParser()` once before anything else.
 */
export { blocks, describeEffect, strongest } from './effects/conflicts.js';
export { safeFixes, withoutOverlap } from './fixes/combine.js';
export type { Fix } from './fixes/fix.js';
export { counterpartOf, startOf } from './migrations/counterpart.js';
export { type Half, halfText, type Migration } from './migrations/migration.js';
export type { MigrationSet } from './migrations/set.js';
export { labelOf, lastAppliedIn, type MigrationStatus, numberOf, pendingIn, statusOf } from './migrations/status.js';
export { type LedgerFact, type ModelWorld, WorkspaceModel } from './model.js';
export { filesOf } from './plans/scaffold.js';
export { templates } from './plans/templates.js';
export { deriveDown } from './reversal/derive.js';
export { earlierThan } from './reversal/sources.js';
export { rules } from './rules/index.js';
export type { Finding, Severity } from './rules/rule.js';
export { suppressFileEdit, suppressLineEdit } from './rules/suppress.js';
export { issueText } from './sql/issue.js';
export { loadParser } from './sql/read.js';
export type { Statement, SyntaxIssue } from './sql/script.js';
export type { AnalysedStatement, FileContext } from './statements/analysed.js';
export { lossesOf, type TableLoss } from './statements/losses.js';
export type { Steps } from './steps.js';
export { applyEdits } from './text/edits.js';
export { LineIndex } from './text/lineIndex.js';
export type { Span, TextEdit } from './text/span.js';
export { countOf } from './text/words.js';
