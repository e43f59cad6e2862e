/**
 * Text that may go to standard output or standard error. Names of files and objects, texts of files and a server's messages
 * are read by a terminal, which obeys control characters, by the log of a CI job, which obeys lines, and by people, who see
 * in what order letters stand: only the functions of this file make such text, and they make it harmless.
 */
export class Printed {
  readonly text: string;

  /** For this file only: everything else goes through `line`, `json` or `command`. */
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Control characters, line and paragraph separators, what turns the direction of writing, and half surrogate pairs, for which
 * UTF-8 has no bytes.
 */
const HARMFUL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu;

/**
 * What begins a command in the middle of a line: GitHub's runner obeys `##[add-mask]` wherever it stands (actions/runner,
 * ActionCommand.TryParse), Azure's agent `##vso[`. Both compare as .NET does by default, which passes over characters
 * without a shape.
 */
const INNER_COMMAND = /#(?=\p{DI}*#[\w\p{DI}]*\[)/gu;

/** A line that GitHub's runner takes for a command: blanks before it do not count (ActionCommand.TryParseV2), nor do our colours here. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins our own colours; others are gone by then.
const COMMAND_LINE = /^((?:[^\S\n]|\p{DI}|\u001B\[\d+m)*):(?=\p{DI}*:)/gmu;

type Piece = string | number | Printed;

/**
 * One line. What is put in is shown on that line whatever it holds, its control characters by their number, unless it was
 * printed already: `painted`, `several`, `either`.
 */
export function line(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Printed {
  return new Printed(`${obeyed(join(parts, pieces))}\n`);
}

/** A part of a line, to be put into one. */
export function piece(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Printed {
  return new Printed(join(parts, pieces));
}

/** A part of a line in a colour (SGR), which ends with it. */
export function painted(code: number, text: Piece): Printed {
  return new Printed(`\u001B[${code}m${shown(text)}\u001B[0m`);
}

/** A text of several lines, each shown on its own; those after the first begin with `indent` blanks. */
export function several(text: string, indent: number): Printed {
  return new Printed(
    text
      .split(/\r\n|[\r\n]/)
      .map(shown)
      .join(`\n${' '.repeat(indent)}`),
  );
}

/** What went wrong, by the name of the program, as others do. */
export function complaint(message: string): Printed {
  return line`lockstep: ${message}`;
}

/** Several lines in a row. */
export function together(lines: readonly Printed[]): Printed {
  return new Printed(lines.map((each) => each.text).join(''));
}

/** A text of our own, as it stands. */
export function page(text: string): Printed {
  return several(text, 0);
}

/** A value as JSON. What is harmful is escaped as JSON does, so that it reads back as it was. */
export function json(value: unknown): Printed {
  const text = JSON.stringify(value, null, 2)
    .split('\n')
    .map((row) => row.replace(HARMFUL, jsonEscape).replace(INNER_COMMAND, jsonEscape));
  return new Printed(`${text.join('\n')}\n`);
}

/** A command to GitHub's runner, meant as one; a property without a value is left out. Escapes as @actions/core does (packages/core/src/command.ts). */
export function command(
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string | number>>,
  message: string,
): Printed {
  const all = Object.entries(properties).map(([key, value]) => `${key}=${propertyValue(String(value))}`);
  return new Printed(`::${name} ${all.join(',')}::${data(message)}\n`.replace(INNER_COMMAND, byNumber));
}

function data(text: string): string {
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return escaped.replace(HARMFUL, byNumber);
}

function propertyValue(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function join(parts: TemplateStringsArray, pieces: readonly Piece[]): string {
  return parts.reduce((text, part, i) => text + shown(pieces[i - 1]!) + part);
}

function shown(piece: Piece): string {
  return piece instanceof Printed ? piece.text : String(piece).replace(HARMFUL, byNumber);
}

function obeyed(text: string): string {
  return text
    .replace(COMMAND_LINE, (_, blanks: string) => `${blanks}${byNumber(':')}`)
    .replace(INNER_COMMAND, byNumber);
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function byNumber(character: string): string {
  return NAMED[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** All that is escaped is of one UTF-16 unit. */
function jsonEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
