import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Address of a rule's page. The pages come with the package, so that links work without a network and always fit the
 * version in use: they lie in `docs/rules` of the package, above the bundle or the source file that runs.
 */
export function ruleLinks(from: string): (rule: string) => string {
  let folder = path.dirname(fileURLToPath(from));
  while (!existsSync(path.join(folder, 'docs', 'rules')) && path.dirname(folder) !== folder)
    folder = path.dirname(folder);
  const base = pathToFileURL(path.join(folder, 'docs', 'rules')).href;
  return (rule) => `${base}/${rule}.md`;
}
