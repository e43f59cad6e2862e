import { writeFile } from 'node:fs/promises';
import { URI } from 'vscode-uri';
import { applyEdits, safeFixes, withoutOverlap } from '../../core/index.js';
import { leadsOut } from '../../files/inside.js';
import { reasonOf } from '../../files/scan.js';
import { type Io, UsageError } from '../io.js';
import { line } from '../printed.js';
import { type Project, shownPath } from '../project.js';
import type { Report } from '../reporters/report.js';

/** A fix can uncover another finding with a fix; more rounds than this would be a circle. */
const ROUNDS = 10;

/** Which files are applied is not known here, and those must not change: a person names the files. */
export function checkFix(paths: readonly string[]): void {
  if (paths.length === 0)
    throw new UsageError(
      '--fix needs the files to fix: lockstep lint --fix migrations/012_add_index.sql. A migration that was applied must not change, so no file is taken unasked.',
    );
  if (paths.includes('-')) throw new UsageError('--fix changes files, and standard input is none. Name a file.');
}

/** Makes the safe fixes of each file and writes it; says which were changed. */
export async function fixFiles(io: Io, project: Project, uris: readonly string[]): Promise<Report['problems']> {
  const problems: { path: string; message: string }[] = [];
  for (const uri of uris) {
    const fixed = fixFile(project, uri);
    if (fixed === undefined) continue;
    const file = URI.parse(uri).fsPath;
    const path = shownPath(io.cwd, file);
    const out = await leadsOut(project.root, file);
    if (out !== undefined) {
      problems.push({ path, message: `${path} is not fixed: ${out}. Name the file itself to change it.` });
      continue;
    }
    try {
      await writeFile(file, fixed.text);
      io.err(line`Fixed ${path}: ${fixed.titles.join('; ')}.`);
    } catch (error) {
      problems.push({ path, message: `${path} cannot be written: ${reasonOf(error)}.` });
    }
  }
  return problems;
}

function fixFile({ model, root }: Project, uri: string): { text: string; titles: readonly string[] } | undefined {
  const titles: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = model.text(uri);
    const fixes = withoutOverlap(safeFixes(model.findings(uri), uri));
    const edits = fixes.flatMap((fix) => fix.edits.flatMap((edit) => edit.edits));
    if (before === undefined || edits.length === 0) break;
    const after = applyEdits(before, edits);
    if (after === before) break;
    model.setFile(uri, shownPath(root, URI.parse(uri).fsPath), after);
    titles.push(...fixes.map((fix) => fix.title));
  }
  return titles.length > 0 ? { text: model.text(uri)!, titles: [...new Set(titles)] } : undefined;
}
