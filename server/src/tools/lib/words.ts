import type { ToolWords } from '../../core/migrations/tool.js';

/** For a tool that has no word of its own for a migration that was begun and not finished. */
export const unfinished: ToolWords['unfinished'] = (_version, label) =>
  `${label} was begun and not finished. Look at what it left behind, repair it, then run it again.`;
