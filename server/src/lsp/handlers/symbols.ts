import { type DocumentSymbol, type SymbolInformation, SymbolKind } from 'vscode-languageserver';
import type { Statement } from '../../core/index.js';
import { rangeOf } from '../convert.js';
import type { Asked, Workspace } from '../workspace.js';

const KINDS: Readonly<Record<string, SymbolKind>> = {
  CreateStmt: SymbolKind.Struct,
  AlterTableStmt: SymbolKind.Struct,
  IndexStmt: SymbolKind.Key,
  ViewStmt: SymbolKind.Interface,
  CreateFunctionStmt: SymbolKind.Function,
  CreateTrigStmt: SymbolKind.Event,
  CreateEnumStmt: SymbolKind.Enum,
  CreateSeqStmt: SymbolKind.Number,
  CreateSchemaStmt: SymbolKind.Namespace,
  CreateExtensionStmt: SymbolKind.Package,
  DoStmt: SymbolKind.Function,
};

/** One symbol a statement, named by its first words; in the older form, with a place, for a client that knows no other. */
export async function symbolsOf(
  workspace: Workspace,
  uri: string,
  nested: boolean,
  asked: Asked,
): Promise<DocumentSymbol[] | SymbolInformation[]> {
  const model = await workspace.read(uri, asked);
  const statements = model?.scripts(uri).flatMap((script) => script.statements);
  const lines = workspace.lines(uri);
  if (!statements || !lines) return [];
  const symbols = statements.map((statement) => ({
    name: titleOf(statement),
    kind: KINDS[statement.kind] ?? SymbolKind.Object,
    range: rangeOf(lines, statement.fullSpan),
    selectionRange: rangeOf(lines, statement.span),
  }));
  return nested ? symbols : symbols.map(({ name, kind, range }) => ({ name, kind, location: { uri, range } }));
}

const MAX = 60;

function titleOf(statement: Statement): string {
  const flat = statement.text
    .slice(0, 400)
    .replace(/--[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const head = flat.split(/\s*\(/, 1)[0]!;
  const title = head.length > 8 ? head : flat;
  return title.length > MAX ? `${title.slice(0, MAX - 1)}…` : title || statement.kind;
}
