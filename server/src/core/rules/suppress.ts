import { eolOf } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { elementAt } from '../sql/elements.js';
import type { Comment, Script, Statement } from '../sql/script.js';
import type { FileContext } from '../statements/analysed.js';
import { firstWhere } from '../text/ordered.js';
import type { Span, TextEdit } from '../text/span.js';
import { Covering, type Suppression, statementAround } from './covering.js';
import type { Finding, Rule, Severity } from './rule.js';

/** `lockstep:ignore rule-a, rule-b -- reason`. */
const SYNTAX = /^lockstep:ignore(-file)?(?=\s|$)/;
const UNUSED = 'unused-suppression';

export function suppressionsIn(script: Script): readonly Suppression[] {
  return script.comments.flatMap((comment) => {
    const text = comment.text.trim();
    const match = SYNTAX.exec(text);
    if (!match) return [];
    const rest = text.slice(match[0].length);
    const dashes = rest.search(/\s--/);
    const rules = (dashes < 0 ? rest : rest.slice(0, dashes)).split(/[\s,]+/).filter((id) => id !== '' && id !== '--');
    const reason = dashes < 0 ? undefined : rest.slice(dashes + 3).trim() || undefined;
    const scope = match[1] ? 'file' : 'statement';
    const statement = scope === 'file' ? undefined : statementOf(script, comment);
    return [
      { scope, rules, reason, comment, statement: statement?.index, part: statement && partOf(statement, comment) },
    ];
  });
}

/** The statement that a comment is in or behind on the same line; else the next one. */
function statementOf({ statements, text }: Script, { span }: Comment): Statement | undefined {
  const around = statementAround(statements, span.start);
  if (around) return around;
  const behind = statements[firstWhere(statements, (s) => s.fullSpan.end > span.start) - 1];
  if (behind && !text.slice(behind.fullSpan.end, span.start).includes('\n')) return behind;
  return statements[firstWhere(statements, (s) => s.span.start >= span.end)];
}

function partOf(statement: Statement, { span }: Comment): Span | undefined {
  const isInside = statement.span.start < span.start && span.end <= statement.span.end;
  return isInside ? elementAt(statement, span) : undefined;
}

/** Takes out what is suppressed, and adds a hint for each suppression that suppressed nothing. */
export function applySuppressions(
  file: FileContext,
  findings: readonly Finding[],
  rules: readonly Rule[],
  severityOf: (rule: Rule) => Severity,
): Finding[] {
  const suppressions = suppressionsIn(file.script);
  if (suppressions.length === 0) return [...findings];
  const covering = new Covering(suppressions, file.script.statements);
  const used = new Set<string>();
  const kept = findings.filter((finding) => {
    const by = covering.of(finding);
    if (by !== undefined) used.add(`${by} ${finding.rule}`);
    return by === undefined;
  });
  const unused = rules.find((rule) => rule.id === UNUSED);
  const severity = unused ? severityOf(unused) : 'off';
  if (severity === 'off') return kept;
  // `-- lockstep:ignore-file unused-suppression -- …` silences this check as well.
  const silencing = suppressions.filter((s) => s.rules.includes(UNUSED));
  if (silencing.some((s) => s.scope === 'file')) return kept;
  const silenced = new Set(silencing.map((s) => s.comment));
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  suppressions.forEach((suppression, index) => {
    if (silenced.has(suppression.comment)) return;
    for (const id of suppression.rules) {
      const rule = byId.get(id);
      // A rule that is switched off finds nothing; its suppressions are still meant.
      if (used.has(`${index} ${id}`) || (rule && severityOf(rule) === 'off')) continue;
      kept.push(unusedFinding(file, suppression, id, rule !== undefined, severity));
    }
  });
  return kept;
}

function unusedFinding(
  file: FileContext,
  suppression: Suppression,
  id: string,
  known: boolean,
  severity: Exclude<Severity, 'off'>,
): Finding {
  const { comment } = suppression;
  const at = file.script.text.indexOf(id, comment.span.start);
  const where = suppression.scope === 'file' ? 'in this file' : 'here';
  return {
    rule: UNUSED,
    severity,
    uri: file.uri,
    span: at < 0 ? comment.span : { start: at, end: at + id.length },
    message: known
      ? `${id} reports nothing ${where}: this suppression has no effect.`
      : `There is no rule named ${id}.`,
    detail:
      'A suppression that suppresses nothing hides the next real finding. Remove it, or correct the name of the rule.',
    related: [],
    tags: ['unnecessary'],
    fixes: [removalFix(file, suppression, id)],
    statement: suppression.statement,
    ...(isBefore(comment, file.script) ? { scope: 'head' as const } : {}),
  };
}

/** It stands before the script, and so before all that are in the file. */
function isBefore(comment: Comment, { within }: Script): boolean {
  return comment.span.end <= (within[0]?.start ?? 0);
}

function removalFix(file: FileContext, suppression: Suppression, id: string): Fix {
  const rest = suppression.rules.filter((rule) => rule !== id);
  const edit =
    rest.length === 0
      ? { span: commentWithLine(file.script.text, suppression.comment), newText: '' }
      : { span: suppression.comment.span, newText: directive(suppression.scope, rest, suppression.reason) };
  return {
    title: `Remove ${id} from the suppression`,
    safety: 'safe',
    edits: [{ uri: file.uri, edits: [edit] }],
    newFiles: [],
  };
}

/** The comment, and its whole line when nothing else is on it. */
function commentWithLine(text: string, { span }: Comment): { start: number; end: number } {
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const newline = text.indexOf('\n', span.end);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  const alone = text.slice(lineStart, span.start).trim() === '' && text.slice(span.end, lineEnd).trim() === '';
  return alone ? { start: lineStart, end: lineEnd } : span;
}

function directive(scope: Suppression['scope'], rules: readonly string[], reason: string | undefined): string {
  const why = reason === undefined ? '' : ` -- ${reason.replace(/\s+/g, ' ')}`;
  return `-- lockstep:ignore${scope === 'file' ? '-file' : ''} ${rules.join(', ')}${why}`;
}

/** Adds a suppression above a statement, or the rule to one that is there for it. */
export function suppressLineEdit(script: Script, statement: Statement, rule: string, reason: string): TextEdit {
  const { text } = script;
  const start = statement.span.start;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const before = text.slice(lineStart, start);
  const eol = eolOf(script);
  if (before.replace(/^\uFEFF/, '').trim() === '') {
    const indent = before.replace(/^\uFEFF/, '');
    return { span: { start, end: start }, newText: `${directive('statement', [rule], reason)}${eol}${indent}` };
  }
  // Another statement or a comment is before it on this line: the comment gets a line of its own in between.
  return { span: { start, end: start }, newText: `${eol}${directive('statement', [rule], reason)}${eol}` };
}

/** Adds a suppression for the whole file at its top. */
export function suppressFileEdit(script: Script, rule: string, reason: string): TextEdit {
  const start = script.text.startsWith('\uFEFF') ? 1 : 0;
  return { span: { start, end: start }, newText: `${directive('file', [rule], reason)}${eolOf(script)}` };
}
