import type { TextEdit } from '../text/span.js';
import type { Fix } from './fix.js';

/** The fixes of one file that may be made without asking: same end state, no other file. */
export function safeFixes(findings: readonly { readonly fixes: readonly Fix[] }[], uri: string): readonly Fix[] {
  return findings
    .flatMap(({ fixes: [first] }) => (first?.safety === 'safe' ? [first] : []))
    .filter((fix) => fix.newFiles.length === 0 && fix.edits.every((edit) => edit.uri === uri));
}

/** Keeps the first of fixes that touch the same text, or of which one has to be made alone; the rest come with the next round. Equal edits are merged. */
export function withoutOverlap(fixes: readonly Fix[]): readonly Fix[] {
  const [head] = fixes;
  if (head?.alone) return [head];
  const taken: { uri: string; edit: TextEdit }[] = [];
  return fixes.flatMap((fix) => {
    if (fix.alone) return [];
    const edits = fix.edits.map(({ uri, edits: list }) => ({
      uri,
      edits: list.filter((edit) => !taken.some((t) => t.uri === uri && isSame(t.edit, edit))),
    }));
    const clash = edits.some(({ uri, edits: list }) =>
      list.some((edit) => taken.some((t) => t.uri === uri && overlap(t.edit, edit))),
    );
    if (clash) return [];
    for (const { uri, edits: list } of edits) for (const edit of list) taken.push({ uri, edit });
    return [{ ...fix, edits }];
  });
}

function isSame(a: TextEdit, b: TextEdit): boolean {
  return a.span.start === b.span.start && a.span.end === b.span.end && a.newText === b.newText;
}

/**
 * An insertion at an edge of what another fix replaces was made for the text that goes, and of two insertions at one place
 * neither knows where the other stands: each is made alone.
 */
function overlap(a: TextEdit, b: TextEdit): boolean {
  const isInsertion = a.span.start === a.span.end || b.span.start === b.span.end;
  if (isInsertion) return a.span.start <= b.span.end && b.span.start <= a.span.end;
  return a.span.start < b.span.end && b.span.start < a.span.end;
}
