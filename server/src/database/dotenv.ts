/**
 * Reads the text of a `.env` file: `NAME=value` lines, `export` before them, `#` comments, single, double and back quotes
 * (over several lines too), `\n` escapes in double quotes. No expansion of `$NAME`: a value that wants it is left out,
 * because a half-expanded connection would go to the wrong place.
 */
export function parseDotenv(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const match of text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .matchAll(LINE)) {
    const [, name, double, single, back, bare] = match;
    if (name === undefined) continue;
    const expands = double ?? bare ?? '';
    if (/(^|[^\\])\$(\{|[A-Za-z_])/.test(expands)) continue;
    values.set(name, double !== undefined ? unescaped(double) : (single ?? back ?? (bare ?? '').trim()));
  }
  return values;
}

const LINE =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|`([^`]*)`|([^\n#"'`](?:[^\n#]|(?<![ \t])#)*)?)[ \t]*(?:#[^\n]*)?$/gm;

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, char: string) => ({ n: '\n', r: '\r', t: '\t' })[char] ?? char);
}
