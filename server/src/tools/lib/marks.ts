import type { Half } from '../../core/migrations/migration.js';
import { type Change, editing } from '../../core/text/change.js';

/** Writes words behind the mark of a half, which is the line before its section. */
export function behindMark({ uri, text, section }: Pick<Half, 'uri' | 'text'> & Partial<Half>, words: string): Change {
  const end = (section?.within[0]?.start ?? 0) - 1;
  const at = text[end - 1] === '\r' ? end - 1 : end;
  return editing(uri, at < 0 ? [] : [{ span: { start: at, end: at }, newText: words }]);
}
