import { type Hover, MarkupKind, type Position } from 'vscode-languageserver';
import { type AnalysedStatement, describeEffect, type Finding } from '../../core/index.js';
import { rangeOf } from '../convert.js';
import type { Workspace } from '../workspace.js';

/**
 * What the statement under the cursor does to a live database, in plain words, and what is wrong with it.
 * `beside`: the editor puts the diagnostics' own messages into the same hover, as VS Code does.
 */
export async function hoverOf(
  workspace: Workspace,
  uri: string,
  position: Position,
  beside: boolean,
): Promise<Hover | null> {
  const model = await workspace.modelReady(uri);
  const context = model.context(uri);
  const lines = workspace.lines(uri);
  if (!context?.migration || !lines) return null;
  const offset = lines.offsetAt(position);
  const at = context.statements.find(
    ({ statement }) => statement.span.start <= offset && offset <= statement.fullSpan.end,
  );
  if (!at) return null;
  const findings = model.findings(uri).filter((f) => f.span.start <= offset && offset <= f.span.end);
  const value = [
    ...effectLines(at, context.pg),
    ...findings.flatMap((f) => findingLines(f, workspace.ruleLink(f.rule), beside)),
  ].join('\n');
  if (!value) return null;
  return { contents: { kind: MarkupKind.Markdown, value }, range: rangeOf(lines, at.statement.span) };
}

function effectLines(at: AnalysedStatement, pg: number): string[] {
  if (!at.effect.known) return [];
  const facts = describeEffect(at.effect);
  if (facts.length === 0) return [`Takes no lock on a table (PostgreSQL ${pg}).`];
  const where = at.inTransaction ? 'in a transaction: its locks are kept until commit' : 'outside a transaction';
  return [...facts.map((fact) => `- ${escapeMarkdown(fact)}`), '', `*PostgreSQL ${pg}, ${where}.*`];
}

function findingLines(finding: Finding, link: string, beside: boolean): string[] {
  const detail = finding.detail ? ['', escapeMarkdown(finding.detail)] : [];
  const rule = `[${finding.rule}](${link})`;
  if (beside) return detail.length > 0 ? ['', '---', ...detail, '', rule] : [];
  return ['', '---', `**${escapeMarkdown(finding.message)}**`, ...detail, '', rule];
}

/** Names come from SQL text: nothing in them may become markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~&-]/g, (c) =>
    c === '<' ? '&lt;' : c === '>' ? '&gt;' : c === '&' ? '&amp;' : `\\${c}`,
  );
}
