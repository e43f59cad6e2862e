import { type Hover, MarkupKind, type Position } from 'vscode-languageserver';
import { type AnalysedStatement, describeEffect, type Finding } from '../../core/index.js';
import { rangeOf } from '../convert.js';
import type { ClientSupport } from '../support.js';
import { type Asked, contextAt, type Workspace } from '../workspace.js';

/**
 * What the statement under the cursor does to a live database, in plain words, and what is wrong with it.
 * With `commands` the client is VS Code, which puts the diagnostics' own messages into the same hover.
 */
export async function hoverOf(
  workspace: Workspace,
  uri: string,
  position: Position,
  support: Pick<ClientSupport, 'commands' | 'markdown'>,
  asked: Asked,
): Promise<Hover | null> {
  const judged = await workspace.judged(uri, asked);
  if (!judged) return null;
  const { lines } = judged;
  const offset = lines.offsetAt(position);
  const context = contextAt(judged, offset);
  const at = context.statements.find(
    ({ statement }) => statement.span.start <= offset && offset <= statement.fullSpan.end,
  );
  if (!at) return null;
  const findings = judged.findings.filter((f) => f.span.start <= offset && offset <= f.span.end);
  const kind = support.markdown ? MarkupKind.Markdown : MarkupKind.PlainText;
  const marks = support.markdown ? markdown : plain;
  const value = [
    ...effectLines(at, context.pg, marks),
    ...findings.flatMap((f) => findingLines(f, workspace.ruleLink(f.rule), support.commands, marks)),
  ].join('\n');
  if (!value) return null;
  return { contents: { kind, value }, range: rangeOf(lines, at.statement.span) };
}

interface Marks {
  readonly text: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly aside: (text: string) => string;
  readonly link: (label: string, to: string) => string;
  readonly rule: readonly string[];
}

const markdown: Marks = {
  text: escapeMarkdown,
  strong: (text) => `**${escapeMarkdown(text)}**`,
  aside: (text) => `*${text}*`,
  link: (label, to) => `[${label}](${to})`,
  rule: ['', '---'],
};

const plain: Marks = {
  text: (text) => text,
  strong: (text) => text,
  aside: (text) => text,
  link: (label, to) => `${label}: ${to}`,
  rule: [''],
};

function effectLines(at: AnalysedStatement, pg: number, marks: Marks): string[] {
  if (!at.effect.known) return [];
  const facts = describeEffect(at.effect);
  const where = at.inTransaction ? 'in a transaction: its locks are kept until commit' : 'outside a transaction';
  return [...facts.map((fact) => `- ${marks.text(fact)}`), '', marks.aside(`PostgreSQL ${pg}, ${where}.`)];
}

function findingLines(finding: Finding, link: string, beside: boolean, marks: Marks): string[] {
  const detail = finding.detail ? ['', marks.text(finding.detail)] : [];
  const rule = marks.link(finding.rule, link);
  if (beside) return detail.length > 0 ? [...marks.rule, ...detail, '', rule] : [];
  return [...marks.rule, marks.strong(finding.message), ...detail, '', rule];
}

/** Names come from SQL text: nothing in them may become markup, and a line break would begin a new block. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/\p{Cc}|[\u2028\u2029]/gu, ' ')
    .replace(/[\\`*_{}[\]()#+!|<>~&-]/g, (c) =>
      c === '<' ? '&lt;' : c === '>' ? '&gt;' : c === '&' ? '&amp;' : `\\${c}`,
    );
}
