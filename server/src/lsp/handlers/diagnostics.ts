import type { Diagnostic } from 'vscode-languageserver';
import { diagnosticOf, syntaxDiagnosticOf } from '../convert.js';
import type { Asked, Workspace } from '../workspace.js';

/**
 * Everything wrong with one file. Outside migration folders only what a person opened on purpose is judged, and
 * syntax is left alone: it may be another dialect.
 */
export async function diagnosticsOf(
  workspace: Workspace,
  uri: string,
  runFailures: readonly Diagnostic[],
  asked: Asked,
): Promise<Diagnostic[]> {
  const judged = await workspace.judged(uri, asked);
  if (!judged) return [...runFailures];
  const { contexts, findings, lines } = judged;
  return [
    ...contexts.flatMap(({ script }) => script.errors.map((issue) => syntaxDiagnosticOf(issue, lines))),
    ...findings.map((finding) => diagnosticOf(finding, (other) => workspace.lines(other), workspace.ruleLink)),
    ...runFailures,
  ];
}
