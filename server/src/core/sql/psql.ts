import { BACKSLASH, CR, DOUBLE_QUOTE, endOfLine, isSpace, LF, QUOTE } from './lexer.js';

/** A psql meta-command: `\name args`, to the end of its line or to `\\`. */
export interface MetaCommand {
  readonly end: number;
  readonly command: string;
  readonly args: string;
  /** It sends or clears what was typed so far, so a statement ends before it. */
  readonly ends: boolean;
  /** `\copy … from stdin`: data lines follow. */
  readonly dataFollows: boolean;
}

const BACKTICK = 96;

/** psql's `exec_command`: these send the query buffer or reset it. */
const sending = new Set([
  ...['g', 'gx', 'gset', 'gexec', 'gdesc', 'crosstabview', 'watch', 'r', 'reset', 'bind', 'bind_named'],
  ...['parse', 'close_prepared', 'sendpipeline'],
]);
/** Commands whose arguments are the rest of the line, `\\` included. */
const wholeLine = new Set(['copy', '!', 'h', 'help', 'ef', 'ev', 'sf', 'sv']);

/** Reads the meta-command at `at`, which is a backslash outside quotes. */
export function readMetaCommand(text: string, at: number): MetaCommand {
  let i = at + 1;
  if (isWord(text.charCodeAt(i))) while (isWord(text.charCodeAt(i))) i++;
  else if (!isLineEnd(text.charCodeAt(i))) i++;
  const command = text.slice(at + 1, i);
  // `\;` sends a semicolon, `\\` ends a command, a backslash before white space is nothing; none has arguments.
  const bare = command === ';' || command === '\\' || command.trim() === '';
  const end = bare ? i : wholeLine.has(command) ? endOfLine(text, i) : endOfArguments(text, i);
  const args = text.slice(i, end).replace(/\\\\$/, '').trim();
  const dataFollows = command === 'copy' && /\bfrom\s+p?stdin\b/i.test(args);
  return { end, command: command.trim(), args, ends: command === ';' || sending.has(command), dataFollows };
}

/** Letters, digits and signs but white space, the end of the text, `\`, `'`, `;`, `.`, `!` and `?`. */
const isWord = (c: number) =>
  !Number.isNaN(c) && !isSpace(c) && c !== BACKSLASH && c !== QUOTE && c !== 59 && c !== 46 && c !== 33 && c !== 63;

/** Arguments end at the line's end or at the next backslash outside quotes; `\\` is taken with it. */
function endOfArguments(text: string, from: number): number {
  let quote = 0;
  let i = from;
  for (; !isLineEnd(text.charCodeAt(i)); i++) {
    const c = text.charCodeAt(i);
    if (quote) {
      if (c === quote) quote = 0;
    } else if (c === QUOTE || c === DOUBLE_QUOTE || c === BACKTICK) quote = c;
    else if (c === BACKSLASH) return text.charCodeAt(i + 1) === BACKSLASH ? i + 2 : i;
  }
  return i;
}

/** End of COPY data that starts at `from`: after the line `\.`, or the end of the text (psql's `handleCopyIn`). */
export function endOfCopyData(text: string, from: number): number {
  let line = from;
  while (line < text.length) {
    const isEnd = text.charCodeAt(line) === BACKSLASH && text[line + 1] === '.' && isLineEnd(text.charCodeAt(line + 2));
    if (isEnd) return line + 2;
    const next = text.indexOf('\n', line);
    if (next < 0) break;
    line = next + 1;
  }
  return text.length;
}

const isLineEnd = (c: number) => c === LF || c === CR || Number.isNaN(c);
