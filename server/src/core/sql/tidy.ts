/** One space between words, none inside parentheses or before commas; quoted parts stay as they are. */
export function tidy(sql: string): string {
  return sql
    .split(/('(?:[^']|'')*'|"(?:[^"]|"")*")/)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part
            .replace(/\s+/g, ' ')
            .replace(/ ([,)])/g, '$1')
            .replace(/\( /g, '('),
    )
    .join('')
    .trim();
}
