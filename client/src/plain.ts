/**
 * VS Code makes links of `[text](command:…)` in messages and questions, and runs the command on a click. Names of files,
 * settings and a server's own words are in these texts, so nothing in them may become a link.
 */
export const withoutLinks = (text: string): string => text.replaceAll('](', '] (');

/** What the language client writes to the log when it traces its messages; two of them bring passwords. */
export const withoutPasswords = (text: string): string =>
  text.replace(/("(?:password|secret)"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"***"');

/**
 * Quoted only where a shell would split or expand it; in single quotes, where nothing is expanded. On Windows double
 * quotes do for both shells as long as nothing in them looks like an expression to PowerShell.
 */
export function quotedForShell(text: string, windows: boolean): string {
  if (/^[\w@%+=:,./\\][\w@%+=:,./\\-]*$/.test(text) && (windows || !text.includes('\\'))) return text;
  if (!windows) return `'${text.replaceAll("'", `'\\''`)}'`;
  return /[$`]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}
