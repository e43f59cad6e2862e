import { type Counterpart, counterpartOf } from '../../server/src/core/migrations/counterpart.js';
import { detectFolders, type ListedFile, type NamedFolder } from '../../server/src/core/migrations/detect.js';
import type { Layout } from '../../server/src/core/migrations/layout.js';
import type { MigrationFile } from '../../server/src/core/migrations/migration.js';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import type { Tool } from '../../server/src/core/migrations/tool.js';
import { type ModelConfig, WorkspaceModel } from '../../server/src/core/model.js';
import { tools } from '../../server/src/tools/index.js';

/** A tool by its id. */
export function toolNamed(id: string): Tool {
  const found = tools.known.find((tool) => tool.id === id);
  if (!found) throw new Error(`There is no tool ${id}.`);
  return found;
}

/** A layout by its id. */
export function layoutNamed(id: string): Layout {
  const found = tools.known.flatMap((tool) => tool.layouts).find((layout) => layout.id === id);
  if (!found) throw new Error(`There is no layout ${id}.`);
  return found;
}

/** The layout in which a tool begins. */
export function layoutOf(tool: string): string {
  return toolNamed(tool).layouts[0]!.id;
}

/** The migrations of a folder, with layout and tool by their ids. */
export function buildSet(input: {
  readonly folder: string;
  readonly layout: string;
  readonly tool: string;
  readonly files: readonly MigrationFile[];
}): MigrationSet {
  const [layout, tool] = [layoutNamed(input.layout), toolNamed(input.tool)];
  return { folder: input.folder, layout, tool, ...tool.list({ folder: input.folder, layout, files: input.files }) };
}

/** The other half of the migration that a file is one half of. */
export function counterpartIn(set: MigrationSet, uri: string): Counterpart | undefined {
  const migration = set.migrations.find((m) => m.up?.uri === uri || m.down?.uri === uri);
  return migration && counterpartOf(set, migration, migration.up?.uri === uri ? 'up' : 'down');
}

/** The folders that all tools find, with layout and tool by their ids. */
export function foldersIn(
  files: readonly ListedFile[],
  { root, named = [] }: { readonly root: string; readonly named?: readonly NamedFolder[] },
) {
  return detectFolders(files, { tools, root, named }).map((found) => ({
    ...found,
    layout: found.layout.id,
    tool: found.tool.id,
  }));
}

/** A model that knows all tools. */
export function modelOf(
  root: string,
  config: ModelConfig,
  now: () => Date,
  onError: (error: unknown) => void,
): WorkspaceModel {
  return new WorkspaceModel(root, config, { tools, now, onError });
}
