/**
 * Names of files and objects and a server's messages go to a terminal, which obeys control characters in them: they are
 * shown by their number. Tabs, line ends and our own colours stay.
 */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
    /\x1b\[[\d;]*m|\r\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    (found) => (found.length > 1 ? found : `\\u{${found.codePointAt(0)!.toString(16)}}`),
  );
}
