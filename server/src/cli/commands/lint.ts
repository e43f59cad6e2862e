import * as path from 'node:path';
import { URI } from 'vscode-uri';
import { type Finding, LineIndex, rules, type Span } from '../../core/index.js';
import { VERSION } from '../../version.js';
import { choice, readArgs } from '../args.js';
import { EXIT, type Io, UsageError } from '../io.js';
import { openProject, type Project } from '../project.js';
import { github } from '../reporters/github.js';
import { json } from '../reporters/json.js';
import type { Reported, Reporter } from '../reporters/report.js';
import { sarif } from '../reporters/sarif.js';
import { text } from '../reporters/text.js';

const REPORTERS: Readonly<Record<string, Reporter>> = { text, json, github, sarif };
const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;

/** Checks migrations. Exit code 1 when something at or above `--severity` is found. */
export async function lint(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, { format: { type: 'string' }, severity: { type: 'string' } });
  const reporter = REPORTERS[choice('format', values.format, Object.keys(REPORTERS), 'text')]!;
  const least = SEVERITIES.indexOf(choice('severity', values.severity, SEVERITIES, 'warning'));
  const project = await openProject(io, values);
  const uris = positionals.length > 0 ? named(project, positionals, io.cwd) : migrationFiles(project);
  const findings: Reported[] = layoutProblems(project, new Set(uris));
  let statements = 0;
  for (const uri of uris) {
    statements += project.model.script(uri)?.statements.length ?? 0;
    findings.push(...findingsOf(project, uri));
  }
  const shown = findings.filter((f) => SEVERITIES.indexOf(f.severity) <= least);
  shown.sort((a, b) => compare(a.path, b.path) || a.line - b.line || a.column - b.column);
  const titles = Object.fromEntries(rules.map((rule) => [rule.id, rule.title]));
  io.out(
    reporter(
      { findings: shown, files: uris.length, statements, version: VERSION, titles },
      { colour: io.isTTY && !io.env.NO_COLOR },
    ),
  );
  return shown.length > 0 ? EXIT.found : EXIT.ok;
}

/** Up and down files of all migration folders. */
function migrationFiles(project: Project): readonly string[] {
  const sets = project.model.sets();
  if (sets.length === 0) {
    throw new UsageError(
      `No migrations found below ${project.root}. Name files or folders, or name the folder in lockstep.json under "migrations".`,
    );
  }
  return sets.flatMap((set) =>
    set.migrations.flatMap((m) => [m.up?.uri, m.down?.uri].filter((uri) => uri !== undefined)),
  );
}

/** The SQL files that are named, or are below a folder that is named. */
function named(project: Project, paths: readonly string[], cwd: string): readonly string[] {
  const found = new Set<string>();
  for (const given of paths) {
    const uri = URI.file(path.resolve(cwd, given)).toString().replace(/\/$/, '');
    const below = project.model
      .uris()
      .filter((file) => file.endsWith('.sql') && (file === uri || file.startsWith(`${uri}/`)));
    if (below.length === 0)
      throw new UsageError(
        `${given} is no SQL file and no folder with SQL files below ${project.root}. Correct the path, or set the folder that holds it with --root.`,
      );
    for (const file of below) found.add(file);
  }
  return [...found].sort(compare);
}

function findingsOf(project: Project, uri: string): readonly Reported[] {
  const script = project.model.script(uri);
  if (!script) return [];
  const at = places(project, uri, script.text);
  const errors = script.errors.map((issue): Reported => {
    const hint = issue.expected.length > 0 ? ` Expected ${issue.expected.join(', ')}.` : '';
    return {
      ...at(issue.span),
      severity: 'error',
      rule: 'syntax-error',
      message: `${issue.message}.${hint}`,
      detail: '',
      fixable: false,
    };
  });
  return [...errors, ...project.model.findings(uri).map((f) => reported(f, at))];
}

function reported(finding: Finding, at: (span: Span) => Place): Reported {
  const { severity, rule, message, detail } = finding;
  return { ...at(finding.span), severity, rule, message, detail, fixable: finding.fixes.length > 0 };
}

/** Duplicate versions have a rule of their own, which can suppress and relate; the other problems of names come from here. */
function layoutProblems(project: Project, uris: ReadonlySet<string>): Reported[] {
  return project.model.sets().flatMap((set) =>
    set.problems
      .filter(
        ({ kind, uri }) =>
          kind !== 'duplicateVersion' && (uris.has(uri) || project.model.has(uri) || uri === set.folder),
      )
      .map(({ uri, message }): Reported => {
        const start = { line: 1, column: 1, endLine: 1, endColumn: 1 };
        return {
          path: relative(project, uri),
          ...start,
          severity: 'warning',
          rule: 'layout',
          message,
          detail: '',
          fixable: false,
        };
      }),
  );
}

type Place = Pick<Reported, 'path' | 'line' | 'column' | 'endLine' | 'endColumn'>;

function places(project: Project, uri: string, source: string): (span: Span) => Place {
  const index = new LineIndex(source);
  const file = relative(project, uri);
  return ({ start, end }) => {
    const from = index.positionAt(start);
    const to = index.positionAt(end);
    return {
      path: file,
      line: from.line + 1,
      column: from.character + 1,
      endLine: to.line + 1,
      endColumn: to.character + 1,
    };
  };
}

function relative(project: Project, uri: string): string {
  return path.relative(project.root, URI.parse(uri).fsPath).split(path.sep).join('/') || '.';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
