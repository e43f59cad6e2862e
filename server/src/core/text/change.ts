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
