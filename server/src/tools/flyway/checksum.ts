import type { FolderOptions } from '../../core/migrations/tool.js';
import { crc32 } from '../lib/lock.js';

/** resolver/ChecksumCalculator.java: CRC-32 of the lines without their ends and without a byte order mark, as a signed number. */
export function flywayChecksum(text: string): string {
  return String(crc32(text.replace(/^\uFEFF/, '').replace(/\r\n?|\n/g, '')) | 0);
}

const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** Whether the folder's files are searched for `${name}`. */
function isFilled(options: FolderOptions | undefined): boolean {
  return options?.values.placeholderReplacement !== 'false';
}

/** The first `${name}` of a text, in strings and comments too, as Flyway would fill it in; undefined when there is none. */
export function firstPlaceholder(
  text: string,
  options: FolderOptions | undefined,
): { readonly start: number; readonly end: number } | undefined {
  const match = isFilled(options) ? [...text.matchAll(PLACEHOLDER)][0] : undefined;
  return match && { start: match.index, end: match.index + match[0].length };
}

/** A text with its placeholders filled from the settings; undefined when one of them has no value there. Names: any case. */
export function filled(text: string, options: FolderOptions | undefined): string | undefined {
  if (!isFilled(options)) return text;
  let complete = true;
  const result = text.replace(PLACEHOLDER, (_, name: string) => {
    const value = options?.values[`placeholders.${name.toLowerCase()}`];
    if (value === undefined) complete = false;
    return value ?? '';
  });
  return complete ? result : undefined;
}
