// Which test files belong to which suite.
import { existsSync, readdirSync } from 'node:fs';
import * as path from 'node:path';

/** Folders of test/ with a suite of their own; everything else is the unit suite. */
export const SUITES = ['unit', 'postgres', 'package', 'extension', 'ui'];

function below(root, dir, skip = []) {
  if (!existsSync(path.join(root, dir))) return [];
  return readdirSync(path.join(root, dir), { withFileTypes: true })
    .flatMap((entry) => {
      const at = `${dir}/${entry.name}`;
      if (entry.isDirectory()) return skip.includes(entry.name) ? [] : below(root, at);
      return entry.name.endsWith('.test.ts') ? [at] : [];
    })
    .sort();
}

/** The test files of a suite, relative to the root, with `/`. */
export function testFiles(root, suite) {
  return suite === 'unit' ? below(root, 'test', [...SUITES, 'vscode', 'workspaces']) : below(root, `test/${suite}`);
}
