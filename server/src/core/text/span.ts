/** A half-open range of UTF-16 code units in one text: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One replacement in one text. Edits of one list never overlap; all spans refer to the text before any edit. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}
