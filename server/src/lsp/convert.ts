import {
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type TextEdit as LspEdit,
  type Range,
} from 'vscode-languageserver';
import { type Finding, issueText, type LineIndex, type Span, type SyntaxIssue, type TextEdit } from '../core/index.js';

const SEVERITY = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

const TAGS = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated } as const;

export function rangeOf(lines: LineIndex, span: Span): Range {
  return { start: lines.positionAt(span.start), end: lines.positionAt(span.end) };
}

export function spanOf(lines: LineIndex, range: Range): Span {
  return { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) };
}

export function editsOf(lines: LineIndex, edits: readonly TextEdit[]): LspEdit[] {
  return edits.map((edit) => ({ range: rangeOf(lines, edit.span), newText: edit.newText }));
}

/** What a diagnostic carries for the code actions that answer it. */
export interface DiagnosticData {
  readonly rule: string;
  readonly start: number;
}

/** `lines` gives the line index of any file that related information points to; `link` the address of a rule's page. */
export function diagnosticOf(
  finding: Finding,
  lines: (uri: string) => LineIndex | undefined,
  link: (rule: string) => string,
): Diagnostic {
  const own = lines(finding.uri)!;
  const data: DiagnosticData = { rule: finding.rule, start: finding.span.start };
  const related = finding.related.flatMap((place) => {
    const at = lines(place.uri);
    return at ? [{ location: { uri: place.uri, range: rangeOf(at, place.span) }, message: place.message }] : [];
  });
  return {
    range: rangeOf(own, finding.span),
    severity: SEVERITY[finding.severity],
    source: 'lockstep',
    code: finding.rule,
    codeDescription: { href: link(finding.rule) },
    message: finding.message,
    data,
    ...(finding.tags.length > 0 ? { tags: finding.tags.map((tag) => TAGS[tag]) } : {}),
    ...(related.length > 0 ? { relatedInformation: related } : {}),
  };
}

export function syntaxDiagnosticOf(issue: SyntaxIssue, lines: LineIndex): Diagnostic {
  return {
    range: rangeOf(lines, issue.span),
    severity: DiagnosticSeverity.Error,
    source: 'lockstep',
    code: 'syntax-error',
    message: issueText(issue),
  };
}
