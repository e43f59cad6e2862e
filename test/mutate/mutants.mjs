// Small wrong changes to a TypeScript source: what a hurried author or a bad merge could leave behind.
import * as path from 'node:path';
import * as ts from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';

const K = ts.SyntaxKind;

/** What an operator may be mistaken for. */
const OPERATORS = new Map([
  [K.EqualsEqualsEqualsToken, '!=='],
  [K.ExclamationEqualsEqualsToken, '==='],
  [K.LessThanToken, '<='],
  [K.LessThanEqualsToken, '<'],
  [K.GreaterThanToken, '>='],
  [K.GreaterThanEqualsToken, '>'],
  [K.AmpersandAmpersandToken, '||'],
  [K.BarBarToken, '&&'],
  [K.PlusToken, '-'],
  [K.MinusToken, '+'],
  [K.AsteriskToken, '/'],
  [K.SlashToken, '*'],
  [K.PlusEqualsToken, '-='],
  [K.MinusEqualsToken, '+='],
]);

/** Methods that are easily taken for each other. */
const METHODS = new Map(
  [
    ['some', 'every'],
    ['startsWith', 'endsWith'],
    ['min', 'max'],
    ['findLast', 'find'],
    ['find', 'findLast'],
    ['findLastIndex', 'findIndex'],
    ['lastIndexOf', 'indexOf'],
    ['toLowerCase', 'toUpperCase'],
  ].flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]),
);

/** Methods without which a chain still has its type. */
const STEPS = new Set(['filter', 'sort', 'toSorted', 'reverse', 'toReversed', 'trim', 'trimEnd', 'trimStart', 'slice']);

/**
 * A change: the text from `start` to `end` becomes `to`.
 * @typedef {{ kind: string, start: number, end: number, to: string }} Mutant
 */

/** Changes at one node. */
function* changesAt(node, text) {
  const at = (n) => ({ start: n.getStart(), end: n.end });
  const written = (n) => text.slice(n.getStart(), n.end);
  switch (node.kind) {
    case K.BinaryExpression: {
      const { left, operatorToken: token } = node;
      const to = OPERATORS.get(token.kind);
      if (to) yield { kind: 'operator', ...at(token), to };
      if (token.kind === K.QuestionQuestionToken) yield { kind: 'default', ...at(node), to: written(left) };
      break;
    }
    case K.PrefixUnaryExpression:
      if (node.operator === K.ExclamationToken) yield { kind: 'negation', ...at(node), to: written(node.operand) };
      break;
    case K.TrueKeyword:
      yield { kind: 'constant', ...at(node), to: 'false' };
      break;
    case K.FalseKeyword:
      yield { kind: 'constant', ...at(node), to: 'true' };
      break;
    case K.NumericLiteral:
      yield { kind: 'constant', ...at(node), to: `${Number(written(node).replaceAll('_', '')) + 1}` };
      break;
    case K.StringLiteral:
    case K.NoSubstitutionTemplateLiteral:
      yield { kind: 'text', ...at(node), to: node.text === '' ? "'?'" : "''" };
      break;
    case K.TemplateExpression:
      yield { kind: 'text', ...at(node), to: "''" };
      break;
    case K.RegularExpressionLiteral: {
      const re = written(node);
      if (/^\/\^/.test(re)) yield { kind: 'pattern', ...at(node), to: re.replace('^', '') };
      if (/\$\/\w*$/.test(re)) yield { kind: 'pattern', ...at(node), to: re.replace(/\$(\/\w*)$/, '$1') };
      if (/\/\w*i\w*$/.test(re)) yield { kind: 'pattern', ...at(node), to: re.replace(/i(\w*)$/, '$1') };
      break;
    }
    case K.IfStatement:
    case K.WhileStatement:
      yield { kind: 'condition', ...at(node.expression), to: 'false' };
      if (node.kind === K.IfStatement) yield { kind: 'condition', ...at(node.expression), to: 'true' };
      break;
    case K.ConditionalExpression:
      yield { kind: 'condition', ...at(node), to: `(${written(node.whenTrue)})` };
      yield { kind: 'condition', ...at(node), to: `(${written(node.whenFalse)})` };
      break;
    case K.ExpressionStatement:
      yield { kind: 'statement', ...at(node), to: ';' };
      break;
    case K.ContinueStatement:
    case K.BreakStatement:
      yield { kind: 'statement', ...at(node), to: ';' };
      break;
    case K.ReturnStatement:
      if (!node.expression) yield { kind: 'statement', ...at(node), to: ';' };
      break;
    case K.ArrayLiteralExpression:
      if (node.elements.length > 0) yield { kind: 'list', ...at(node), to: '[]' };
      break;
    case K.PropertyAssignment:
      if (node.parent.parent?.kind !== K.ArrayLiteralExpression)
        yield { kind: 'property', ...withComma(node, text), to: '' };
      break;
    case K.SpreadAssignment:
    case K.SpreadElement:
    case K.ShorthandPropertyAssignment:
      if (node.parent.kind !== K.CallExpression) yield { kind: 'property', ...withComma(node, text), to: '' };
      break;
    case K.CallExpression:
      yield* changesOfCall(node, text);
      break;
  }
}

function* changesOfCall(node, text) {
  const callee = node.expression;
  if (callee.kind !== K.PropertyAccessExpression) return;
  const { name, expression } = callee;
  const other = METHODS.get(name.text);
  if (other) yield { kind: 'method', start: name.getStart(), end: name.end, to: other };
  if (STEPS.has(name.text)) {
    const object = text.slice(expression.getStart(), expression.end);
    yield { kind: 'step', start: node.getStart(), end: node.end, to: object };
  }
}

/** An element with the comma behind it. */
function withComma(node, text) {
  const comma = /^\s*,/.exec(text.slice(node.end));
  return { start: node.getStart(), end: node.end + (comma?.[0].length ?? 0) };
}

/** What is no code that runs, or what only imports. */
function isSilent(node) {
  return (
    ts.isTypeNode(node) ||
    [
      K.ImportDeclaration,
      K.ExportDeclaration,
      K.InterfaceDeclaration,
      K.TypeAliasDeclaration,
      K.TypeParameter,
    ].includes(node.kind)
  );
}

function* changesBelow(node, text) {
  const children = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  for (const child of children) {
    // A name that is written as a string is no text.
    if (isSilent(child) || (child === node.name && child.kind !== K.ComputedPropertyName)) continue;
    yield* changesAt(child, text);
    yield* changesBelow(child, text);
  }
}

/** Reads and checks sources with TypeScript itself. Close it when done. */
export class Mutator {
  #api;
  #snapshot;
  /** A text that stands for that of a file. */
  #changed;

  constructor(root) {
    const readFile = (file) => (this.#changed?.file === file ? this.#changed.text : undefined);
    this.#api = new API({ cwd: root, fs: { readFile } });
    this.#snapshot = this.#api.updateSnapshot({ openProject: path.join(root, 'server/tsconfig.json') });
  }

  get #program() {
    return this.#snapshot.getProjects()[0].program;
  }

  /** All changes to a source file of the server, in the order of the text. Throws where the file is none of its. */
  mutants(file) {
    const source = this.#program.getSourceFile(file);
    if (!source) throw new Error(`${file} is no source file of the server`);
    const found = [...changesBelow(source, source.text)].sort((a, b) => a.start - b.start || a.end - b.end);
    return { text: source.text, mutants: found };
  }

  /** Whether the file would pass the type check with this text. */
  isTyped(file, text) {
    this.#changed = { file, text };
    const last = this.#snapshot;
    this.#snapshot = this.#api.updateSnapshot({ fileChanges: { changed: [file] } });
    last.dispose();
    const program = this.#program;
    const isFine = program.getSyntacticDiagnostics(file).length + program.getSemanticDiagnostics(file).length === 0;
    this.#changed = undefined;
    this.#snapshot = this.#api.updateSnapshot({ fileChanges: { changed: [file] } });
    return isFine;
  }

  close() {
    this.#api.close();
  }
}
