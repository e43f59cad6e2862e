/**
 * The façade: all that the language server, the command line and the runner use of the core.
 * Call `loadParser()` once before anything else.
 */
export { applyStatement } from './catalog/apply.js';
export type { Catalog } from './catalog/catalog.js';
export { blocks, describeEffect, strongest } from './effects/conflicts.js';
export type { Effect, LockMode, PgMajor, RelationLock } from './effects/effect.js';
export { effectOf } from './effects/effectOf.js';
export { counterpartIn } from './migrations/counterpart.js';
export type { Migration, MigrationFile, MigrationSet } from './migrations/migration.js';
export { nextFiles } from './migrations/scaffold.js';
export { type MigrationStatus, statusOf } from './migrations/status.js';
export { templates } from './migrations/templates.js';
export { type LedgerFact, type ModelConfig, WorkspaceModel } from './model.js';
export { deriveDown } from './reversal/derive.js';
export { earlierThan } from './reversal/sources.js';
export { rules } from './rules/index.js';
export type { AnalysedStatement, FileContext, Finding, Fix, Rule, Severity } from './rules/rule.js';
export { loadParser, parsesCleanly, readScript } from './sql/read.js';
export type { Script, Statement, SyntaxIssue } from './sql/script.js';
export { applyEdits } from './text/edits.js';
export { LineIndex } from './text/lineIndex.js';
export type { Span, TextEdit } from './text/span.js';
