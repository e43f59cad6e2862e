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
  const taken = new Map<string, Taken>();
  const takenIn = (uri: string) => {
    const known = taken.get(uri) ?? new Taken();
    taken.set(uri, known);
    return known;
  };
  return fixes.flatMap((fix) => {
    if (fix.alone) return [];
    const edits = fix.edits.map(({ uri, edits: list }) => ({
      uri,
      edits: list.filter(
        (edit) =>
          !takenIn(uri)
            .near(edit)
            .some((other) => isSame(other, edit)),
      ),
    }));
    const clash = edits.some(({ uri, edits: list }) =>
      list.some((edit) =>
        takenIn(uri)
          .near(edit)
          .some((other) => overlap(other, edit)),
      ),
    );
    if (clash) return [];
    for (const { uri, edits: list } of edits) for (const edit of list) takenIn(uri).add(edit);
    return [{ ...fix, edits }];
  });
}

/** Edits of one file in text order. None overlaps another, so their ends are in order as well: a file may have thousands. */
class Taken {
  readonly #edits: TextEdit[] = [];

  add(edit: TextEdit): void {
    let i = this.#first(edit.span.start);
    // Edits of one fix may touch: an insertion stands behind what ends where it is.
    while (i < this.#edits.length && this.#edits[i]!.span.start < edit.span.start) i++;
    this.#edits.splice(i, 0, edit);
  }

  /** Those that overlap the edit or touch it. */
  near({ span }: TextEdit): readonly TextEdit[] {
    const found: TextEdit[] = [];
    for (let i = this.#first(span.start); i < this.#edits.length && this.#edits[i]!.span.start <= span.end; i++)
      found.push(this.#edits[i]!);
    return found;
  }

  /** Index of the first edit that ends at the offset or behind it. */
  #first(offset: number): number {
    let [low, high] = [0, this.#edits.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#edits[middle]!.span.end < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
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
