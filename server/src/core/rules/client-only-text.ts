import { editFix, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { type Unsendable, unsendable } from '../sql/unsendable.js';
import type { FileContext } from '../statements/analysed.js';
import type { Span } from '../text/span.js';
import type { Rule } from './rule.js';

export const clientOnlyText: Rule = {
  id: 'client-only-text',
  title: 'psql commands and data lines that only psql understands',
  danger: 'fails',
  severity: 'error',
  statements: [],
  directions: ['up', 'down'],
  sources: [
    'https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS',
    'https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY',
    'flyway/flyway#4171',
  ],
  *checkFile(file) {
    if (!file.migration || !file.set) return;
    // Lockstep's own runner refuses such a file before anything is sent, and psql can run it; a tool fails half-way.
    const own = file.mode === 'auto';
    const who = own ? 'Lockstep' : file.set.tool.title;
    for (const found of unsendable(file.script).filter(isPsql)) {
      yield {
        span: found.span,
        severity: own ? 'warning' : 'error',
        message: `${found.what} ${ENDS[found.kind](who)}`,
        detail: `${DETAILS[found.kind]} ${own ? 'Apply refuses this file before anything is sent.' : `With ${who} the migration fails here.`}`,
        fixes: removable(found) ? [withoutDumpMarks(file)] : [],
      };
    }
    // Where the file is read statement by statement the mark is left out; as one message it is sent along.
    if (!own && file.script.text.startsWith('\uFEFF')) {
      const mark: Span = { start: 0, end: 1 };
      yield {
        span: mark,
        message: `The byte order mark is sent along by ${who}, and PostgreSQL refuses the first statement.`,
        detail:
          'The server answers with a syntax error (42601) at the first word. Save the file as UTF-8 without a mark.',
        fixes: [editFix(file, 'Remove the byte order mark', 'safe', [replace(mark, '')])],
      };
    }
  },
};

/** Placeholders are left out: a template engine may fill them in before the tool reads the file. */
type Known = Unsendable & { readonly kind: 'command' | 'data' };

function isPsql(found: Unsendable): found is Known {
  return found.kind !== 'placeholder';
}

const ENDS: Readonly<Record<Known['kind'], (who: string) => string>> = {
  command: (who) => `is a command of psql, which ${who} cannot run.`,
  data: (who) => `takes data lines from the client, which ${who} does not send.`,
};

const DETAILS: Readonly<Record<Known['kind'], string>> = {
  command: 'The backslash is a syntax error for the server. Write what it does in SQL, or run the file with psql.',
  data: 'The lines up to \\. belong to the COPY protocol, not to SQL. Write the rows as INSERT … VALUES, or load them with psql.',
};

/** Dumps begin and end with these since August 2025 (CVE-2025-8714); they only guard psql. */
const DUMP_MARKS = new Set(['\\restrict', '\\unrestrict']);

function removable({ what }: Unsendable): boolean {
  return DUMP_MARKS.has(what);
}

function withoutDumpMarks(file: FileContext): Fix {
  const edits = unsendable(file.script)
    .filter(removable)
    .map(({ span }) => replace(lineOf(file.script.text, span), ''));
  return editFix(file, 'Remove \\restrict and \\unrestrict', 'safe', edits);
}

/** With its line end when nothing else is on the line. */
function lineOf(text: string, { start, end }: Span): Span {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  const alone = text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd).trim() === '';
  return alone ? { start: lineStart, end: lineEnd } : { start, end };
}
