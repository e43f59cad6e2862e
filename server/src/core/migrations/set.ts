import type { Layout } from './layout.js';
import type { LayoutProblem, Migration } from './migration.js';
import type { FolderOptions, Tool } from './tool.js';

/** All migrations of one folder, in the order in which their tool runs them. */
export interface MigrationSet {
  /** URI of the folder. */
  readonly folder: string;
  readonly layout: Layout;
  readonly tool: Tool;
  /** Its tracking table, as the tool's own settings name it. */
  readonly table?: string | undefined;
  /** What the tool's own settings say of the folder. */
  readonly options?: FolderOptions | undefined;
  readonly migrations: readonly Migration[];
  readonly problems: readonly LayoutProblem[];
}
