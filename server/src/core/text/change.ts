import type { TextEdit } from './span.js';

/** What is done to files: the one type for what fixes, templates, plans and tools make of them. */
export interface Change {
  readonly edits: readonly FileEdits[];
  readonly newFiles: readonly NewFile[];
}

/** Edits of one file. */
export interface FileEdits {
  readonly uri: string;
  readonly edits: readonly TextEdit[];
}

/** A file to make. */
export interface NewFile {
  readonly uri: string;
  readonly text: string;
  /** What a tool's scaffold made it for. */
  readonly role?: 'up' | 'down' | 'other';
}

/** A change of one file that is there. */
export function editing(uri: string, edits: readonly TextEdit[]): Change {
  return { edits: edits.length > 0 ? [{ uri, edits }] : [], newFiles: [] };
}

/** What two changes do; the edits of one file come together, those of the first one first. */
export function together(a: Change, b: Change | undefined): Change {
  if (!b) return a;
  const edits = new Map(a.edits.map((file) => [file.uri, file.edits]));
  for (const { uri, edits: more } of b.edits) edits.set(uri, [...(edits.get(uri) ?? []), ...more]);
  return { edits: [...edits].map(([uri, list]) => ({ uri, edits: list })), newFiles: [...a.newFiles, ...b.newFiles] };
}
