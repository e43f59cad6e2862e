import type { Change } from '../text/change.js';

/** Named text edits and file creations; valid SQL by construction. */
export interface Fix extends Change {
  /** Verb and effect: "Create the index CONCURRENTLY". */
  readonly title: string;
  /** `safe`: same end state, may be applied by fix-all; `review`: more files, other data or other timing, never applied unasked. */
  readonly safety: 'safe' | 'review';
  /** It changes how the file runs (outside a transaction): other fixes of the file were made for how it runs now. */
  readonly alone?: boolean;
}
