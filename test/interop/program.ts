import { execFile } from 'node:child_process';

/** The result of one command; what it prints tells why it failed. */
export interface Said {
  readonly ok: boolean;
  readonly text: string;
}

/** A folder with a small project in it, and the database that its tool is to work on. */
export interface Project {
  readonly dir: string;
  /** `postgres://user:password@host:port/database`, without parameters. */
  readonly url: string;
  /** Runs a command in the folder. Never rejects. */
  run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Said>;
}

/** What the tool itself says of its migrations, by the numbers in front of their names, in its own order. */
export interface Standing {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Begun and not finished, where it keeps such a mark. */
  readonly failed?: readonly string[];
}

/**
 * One migration tool's own program: all that the comparison has to know of it. Three migrations: a table users, a column of it,
 * an index made concurrently; and a fourth that fails in the middle, `broken`.
 */
export interface Program {
  /** Id of Lockstep's tool. */
  readonly id: string;
  /** Registry and package, with its version. */
  readonly source:
    | { readonly from: 'go'; readonly module: string; readonly binary: string; readonly tags?: string }
    | { readonly from: 'npm'; readonly package: string; readonly binary: string }
    /** A folder beside this file with a pom.xml and Run.java, which takes the commands. */
    | { readonly from: 'mvn'; readonly project: string; readonly binary: string }
    | { readonly from: 'cargo'; readonly crate: string; readonly binary: string; readonly args: readonly string[] };
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
  readonly broken: Readonly<Record<string, string>>;
  /** Files around the folder that tell whose it is. */
  readonly around?: (project: Project) => Readonly<Record<string, string>>;
  /** Applies all that is in the folder. */
  up(project: Project, binary: string): Promise<Said>;
  /** Takes the last one back; absent when the tool cannot, and Lockstep does. */
  down?(project: Project, binary: string): Promise<Said>;
  /** What its status command says. */
  standing(project: Project, binary: string): Promise<Standing>;
  /** The tracking table, without times and numbers that a sequence gives. */
  readonly rows: string;
  /** It takes a lock that Lockstep takes too. */
  readonly locks?: boolean;
  /** The tool says that an applied file was edited. */
  readonly flagsEdits?: boolean;
}

export function runIn(
  dir: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeout = 60_000,
): Promise<Said> {
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      { cwd: dir, env: { ...process.env, ...env }, timeout, maxBuffer: 16_777_216 },
      (error, stdout, stderr) =>
        resolve({
          ok: error === null,
          text: `${stdout}${stderr}${error?.killed ? `\nended after ${timeout} ms` : ''}`,
        }),
    );
  });
}

/** Numbers of the lines that fit: their first group. */
export function numbersIn(text: string, line: RegExp): readonly string[] {
  return Array.from(text.matchAll(line), (match) => match[1]!);
}
