import { URI } from 'vscode-uri';
import { type Finding, issueText, LineIndex, type Span, type SyntaxIssue, safeFixes } from '../../core/index.js';
import type { Io } from '../io.js';
import { type Project, shownPath } from '../project.js';
import type { FileRange, Reported } from '../reporters/report.js';
import { type Selection, STDIN } from './select.js';

/** Everything that is wrong with the chosen files and their names, by file and place. */
export function findingsOf(io: Io, project: Project, { uris, whole }: Selection): readonly Reported[] {
  const places = new Places(io, project);
  const found = [
    ...nameProblems(project, whole ? undefined : new Set(uris), places),
    ...uris.flatMap((uri) => fileFindings(project, uri, places)),
  ];
  return found.sort((a, b) => compare(a.path, b.path) || a.line - b.line || a.column - b.column);
}

function fileFindings(project: Project, uri: string, places: Places): readonly Reported[] {
  const errors = project.model
    .scripts(uri)
    .flatMap((script) => script.errors.map((issue) => syntaxError(issue, places.at(uri, issue.span))));
  return [...errors, ...project.model.findings(uri).map((finding) => reported(finding, places))];
}

function syntaxError(issue: SyntaxIssue, place: FileRange): Reported {
  return {
    ...place,
    severity: 'error',
    rule: 'syntax-error',
    message: issueText(issue),
    detail: '',
    fixes: [],
    related: [],
  };
}

function reported(finding: Finding, places: Places): Reported {
  const { severity, rule, message, detail, uri } = finding;
  const safe = safeFixes([finding], uri);
  return {
    ...places.at(uri, finding.span),
    severity,
    rule,
    message,
    detail,
    fixes: finding.fixes.map((fix) => ({ title: fix.title, safe: safe.includes(fix) })),
    related: finding.related.map((place) => ({ ...places.at(place.uri, place.span), message: place.message })),
  };
}

/** Duplicate versions have a rule of their own, which can be suppressed; unreadable files are reported as such. */
function nameProblems(project: Project, among: ReadonlySet<string> | undefined, places: Places): readonly Reported[] {
  return project.model.sets().flatMap((set) =>
    set.problems
      .filter(({ kind, uri }) => kind !== 'duplicateVersion' && kind !== 'unreadable' && (among?.has(uri) ?? true))
      .map(({ uri, message }) => ({
        ...places.at(uri, { start: 0, end: 0 }),
        // What is said of a folder that is read is no fault of its files.
        severity: uri === set.folder && set.migrations.length > 0 ? 'information' : 'warning',
        rule: 'layout',
        message,
        detail: '',
        fixes: [],
        related: [],
      })),
  );
}

class Places {
  readonly #io: Io;
  readonly #project: Project;
  readonly #lines = new Map<string, LineIndex>();

  constructor(io: Io, project: Project) {
    this.#io = io;
    this.#project = project;
  }

  at(uri: string, { start, end }: Span): FileRange {
    const lines = this.#lines.get(uri) ?? new LineIndex(this.#project.model.text(uri) ?? '');
    this.#lines.set(uri, lines);
    const [from, to] = [lines.positionAt(start), lines.positionAt(end)];
    return {
      path: uri === STDIN ? '<stdin>' : shownPath(this.#io.cwd, URI.parse(uri).fsPath),
      line: from.line + 1,
      column: from.character + 1,
      endLine: to.line + 1,
      endColumn: to.character + 1,
    };
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
