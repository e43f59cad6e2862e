import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import {
  type FileContext,
  type Finding,
  type Fix,
  safeFixes,
  suppressFileEdit,
  suppressLineEdit,
  type TextEdit,
  withoutOverlap,
} from '../../core/index.js';
import { delivered, editOf } from '../changes.js';
import type { DiagnosticData } from '../convert.js';
import type { ActionSupport } from '../support.js';
import { type Asked, contextAt, type Workspace } from '../workspace.js';

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.lockstep`;

/** Stands where a person should say why; selected after the edit so that typing replaces it. */
const REASON = 'say why this is safe here';

/** The code actions of `textDocument/codeAction`: fixes, fixes for the whole file, and suppressions. */
export async function codeActionsOf(
  workspace: Workspace,
  params: CodeActionParams,
  support: ActionSupport,
  asked: Asked,
): Promise<CodeAction[]> {
  const { uri } = params.textDocument;
  const judged = await workspace.judged(uri, asked);
  if (!judged) return [];
  const { findings } = judged;
  const wants = (kind: string) =>
    !params.context.only || params.context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
  const actions: CodeAction[] = [];
  const { diagnostics } = params.context;
  if (wants(CodeActionKind.QuickFix)) {
    const found = diagnostics.flatMap((diagnostic) => {
      const finding = findingOf(diagnostic, findings);
      return finding ? [{ finding, diagnostic }] : [];
    });
    // The menu keeps this order: what repairs before what silences, whichever finding it belongs to.
    actions.push(
      ...withoutRepeats(
        found.flatMap(({ finding, diagnostic }) => quickFixes(workspace, finding, findings, diagnostic, support)),
      ),
      ...found.flatMap(({ finding, diagnostic }) =>
        suppressions(workspace, contextAt(judged, finding.span.start), finding, diagnostic, support),
      ),
      ...(support.commands
        ? found.map(({ finding, diagnostic }) => explanation(workspace, finding.rule, diagnostic))
        : []),
    );
  }
  if (params.context.only && wants(FIX_ALL)) {
    const all = fixAll(workspace, uri, findings, support);
    if (all) actions.push({ title: 'Apply all safe Lockstep fixes', kind: FIX_ALL, edit: all });
  }
  return actions;
}

function findingOf(diagnostic: Diagnostic, findings: readonly Finding[]): Finding | undefined {
  if (diagnostic.source !== 'lockstep') return undefined;
  const data = diagnostic.data as Partial<DiagnosticData> | undefined;
  const same = findings.filter((f) => f.rule === diagnostic.code);
  return same.find((f) => f.span.start === data?.start) ?? (data === undefined ? same[0] : undefined);
}

function quickFixes(
  workspace: Workspace,
  finding: Finding,
  findings: readonly Finding[],
  diagnostic: Diagnostic,
  support: ActionSupport,
): CodeAction[] {
  const actions: CodeAction[] = [];
  const fixes = finding.fixes.filter((fix) => support.createFiles || fix.newFiles.length === 0);
  fixes.forEach((fix, i) => {
    const change = delivered(workspace, [fix], support);
    if (!change) return;
    const preferred = i === 0 && fix.safety === 'safe';
    actions.push({
      title: titleOf(fix),
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      ...change,
      ...(preferred ? { isPreferred: true } : {}),
    });
  });
  const same = findings.filter((f) => f.rule === finding.rule);
  const safe = withoutOverlap(same.flatMap(safeFix));
  if (safe.length > 1) {
    const change = delivered(workspace, safe, support);
    const title = `Fix all ${safe.length} ${finding.rule} findings in this file`;
    if (change) actions.push({ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], ...change });
  }
  return actions;
}

/** Files that a fix makes are named: they stay when its edits are taken back by hand. */
function titleOf({ title, newFiles: [first, ...more] }: Fix): string {
  if (!first) return title;
  const name = decodeURIComponent(first.uri.split('/').at(-1)!);
  return `${title} (makes ${name}${more.length > 0 ? ` and ${more.length} more` : ''})`;
}

const explanation = (workspace: Workspace, rule: string, diagnostic: Diagnostic): CodeAction => ({
  title: `Why is this reported? (${rule})`,
  kind: CodeActionKind.QuickFix,
  diagnostics: [diagnostic],
  command: { title: 'Show rule', command: 'lockstep.showRule', arguments: [rule, workspace.ruleLink(rule)] },
});

/** Two findings about one place may have the same way out: it is offered once, for both. */
function withoutRepeats(actions: readonly CodeAction[]): CodeAction[] {
  const kept: CodeAction[] = [];
  for (const action of actions) {
    const [at] = action.diagnostics!;
    const same = kept.find((k) => k.title === action.title && k.diagnostics!.some((d) => overlap(d.range, at!.range)));
    if (same) same.diagnostics!.push(at!);
    else kept.push(action);
  }
  return kept;
}

const overlap = (a: Range, b: Range): boolean => startsBefore(a, b) && startsBefore(b, a);

const startsBefore = (a: Range, b: Range): boolean =>
  a.start.line < b.end.line || (a.start.line === b.end.line && a.start.character <= b.end.character);

function suppressions(
  workspace: Workspace,
  context: FileContext,
  finding: Finding,
  diagnostic: Diagnostic,
  support: ActionSupport,
): CodeAction[] {
  const edits: [string, TextEdit | undefined][] = [];
  const statement = finding.statement === undefined ? undefined : context.script.statements[finding.statement];
  if (statement)
    edits.push([`Ignore ${finding.rule} here…`, suppressLineEdit(context.script, statement, finding.rule, REASON)]);
  edits.push([`Ignore ${finding.rule} in this file…`, suppressFileEdit(context.script, finding.rule, REASON)]);
  return edits.flatMap(([title, edit]) => {
    if (!edit) return [];
    const fix: Fix = { title, safety: 'review', edits: [{ uri: context.uri, edits: [edit] }], newFiles: [] };
    const change = editOf(workspace, [fix], support);
    if (!change) return [];
    return [
      {
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        edit: change,
        ...(support.commands
          ? {
              command: { title: 'Select the reason', command: 'lockstep.selectText', arguments: [context.uri, REASON] },
            }
          : {}),
      },
    ];
  });
}

function safeFix(finding: Finding): Fix[] {
  const first = finding.fixes[0];
  return first?.safety === 'safe' ? [first] : [];
}

function fixAll(
  workspace: Workspace,
  uri: string,
  findings: readonly Finding[],
  support: ActionSupport,
): WorkspaceEdit | undefined {
  const fixes = safeFixes(findings, uri);
  return fixes.length === 0 ? undefined : editOf(workspace, withoutOverlap(fixes), support);
}
