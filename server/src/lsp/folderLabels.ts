import type { Root } from './workspace.js';

/** By folder, the shortest path end that tells it from the others: two folders of one name show their parents. */
export function folderLabels(roots: readonly Root[]): ReadonlyMap<string, string> {
  const paths = roots.flatMap((root) =>
    root.model.sets().map((set) => ({
      folder: set.folder,
      parts: [root.name, ...decodeURIComponent(set.folder.slice(root.uri.length + 1)).split('/')].filter(Boolean),
    })),
  );
  return new Map(
    paths.map(({ folder, parts }) => {
      let take = 1;
      const end = () => parts.slice(-take).join('/');
      while (take < parts.length && paths.some((p) => p.folder !== folder && p.parts.slice(-take).join('/') === end()))
        take += 1;
      return [folder, end()];
    }),
  );
}
