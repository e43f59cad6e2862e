import { templates } from '../core/index.js';
import { VERSION } from '../version.js';

/** All commands and options; docs/cli.md says more about each. */
export const HELP = `Lockstep ${VERSION}: safe PostgreSQL migrations

  lockstep lint [PATH…]      check migrations, or the files and folders named; - is standard input
      --format FORMAT        text, json, github or sarif (text)
      --severity LEVEL       least to report: error, warning, information or hint (warning)
      --fail-on LEVEL        least that makes exit code 1, or never (warning)
      --fix                  make the safe fixes in the files named
      --stdin-path PATH      where standard input belongs, to be read with the schema it meets there
  lockstep status            what is applied on a database
      --format FORMAT        text or json (text)
  lockstep apply             apply what is pending
      --next                 only the next one
      --all                  all of them (this is what it does without an option)
      --to VERSION           up to and with this one
      --confirm DATABASE     needed when the database is not local: its name
  lockstep rollback          roll back the last one; local databases only
      --yes                  also where rows are lost, or the file was edited since
      --resume               for both: go on with an interrupted one, also where that means to drop
                             an INVALID index it left, or to repeat a statement
  lockstep new NAME…         make the files of a new migration
      --template TEMPLATE    ${wrapped(templates.map((template) => template.id))}
      --set FIELD=VALUE      a field of the template, repeatable
      --folder FOLDER        the migration folder, when there are several
  lockstep server --stdio    the language server, for any editor

For all but server:
      --root FOLDER          the project; else the folder around with a lockstep.json, or this one
      --pg VERSION           PostgreSQL 12 to 18, instead of pgVersion in lockstep.json
  -h, --help                 this page
  -V, --version              the version

For status, apply and rollback:
      --folder FOLDER        the migration folder, when there are several
      --connection ID        a connection of lockstep.json
      --local-host NAME      a host name that counts as this machine, repeatable

The database is taken from DATABASE_URL or the PG* variables, in the environment or in .env; the
password from there, PGPASSWORD or ~/.pgpass, never from an argument.

Exit codes: 0 done, nothing found; 1 findings, or a run that failed; 2 wrong usage, refused, or not
all of it could be looked at.
`;

/** Ids in lines that fit the column of the descriptions. */
function wrapped(ids: readonly string[]): string {
  const lines = [''];
  for (const [i, id] of ids.entries()) {
    const word = i < ids.length - 1 ? `${id},` : id;
    const line = lines.at(-1)!;
    if (`${line} ${word}`.length > 66) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.join(`\n${' '.repeat(29)}`);
}
