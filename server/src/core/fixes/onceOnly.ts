import type { Node } from '@pgsql/types';
import type { Statement } from '../sql/script.js';
import { drop, quoteIdent } from '../sql/write.js';
import { subcommands } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { madeIndex } from '../statements/indexes.js';
import { codeTokens, spanOfWords, spanWithin, wordOf } from '../statements/spans.js';
import type { Span, TextEdit } from '../text/span.js';
import { eolOf, insert } from './edits.js';

/** Why a statement cannot run twice, and what makes it so. */
export interface OnceOnly {
  readonly span: Span;
  /** After "the next try then fails here:". */
  readonly because: string;
  readonly title?: string;
  readonly edits?: readonly TextEdit[];
}

const IF_NOT_EXISTS = 'no IF NOT EXISTS';
const IF_EXISTS = 'no IF EXISTS';
const OR_REPLACE = 'no OR REPLACE';

/** Empty when a second run does no harm, or nothing is known about it. */
export function onceOnly(at: AnalysedStatement, file: FileContext): readonly OnceOnly[] {
  const { statement } = at;
  const { node } = statement;
  if ('IndexStmt' in node) return node.IndexStmt.if_not_exists ? [] : [index(at, file)];
  if ('AlterTableStmt' in node) return alterations(at);
  if ('DropStmt' in node)
    return node.DropStmt.missing_ok
      ? []
      : dropped(statement, node.DropStmt.removeType ?? '', node.DropStmt.concurrent === true);
  const create = creation(node, file);
  return create ? [afterWords(statement, create)] : withoutForm(statement);
}

interface Form {
  readonly words: readonly string[];
  readonly add: string;
  readonly because: string;
}

/** The words behind which IF NOT EXISTS or OR REPLACE goes. */
function creation(node: Node, file: FileContext): Form | undefined {
  const unless = (there: boolean | undefined, ...words: string[]): Form | undefined =>
    there ? undefined : { words, add: ' IF NOT EXISTS', because: IF_NOT_EXISTS };
  if ('CreateStmt' in node) return unless(node.CreateStmt.if_not_exists, 'TABLE');
  if ('CreateSeqStmt' in node) return unless(node.CreateSeqStmt.if_not_exists, 'SEQUENCE');
  if ('CreateSchemaStmt' in node) return unless(node.CreateSchemaStmt.if_not_exists, 'SCHEMA');
  if ('CreateExtensionStmt' in node) return unless(node.CreateExtensionStmt.if_not_exists, 'EXTENSION');
  if ('CreateTableAsStmt' in node) {
    const { if_not_exists, objtype, is_select_into } = node.CreateTableAsStmt;
    return is_select_into ? undefined : unless(if_not_exists, objtype === 'OBJECT_MATVIEW' ? 'VIEW' : 'TABLE');
  }
  if ('AlterEnumStmt' in node)
    return node.AlterEnumStmt.oldVal === undefined
      ? unless(node.AlterEnumStmt.skipIfNewValExists, 'ADD', 'VALUE')
      : undefined;
  const replaces =
    ('ViewStmt' in node && !node.ViewStmt.replace) ||
    ('CreateFunctionStmt' in node && !node.CreateFunctionStmt.replace) ||
    ('CreateTrigStmt' in node && !node.CreateTrigStmt.replace && !node.CreateTrigStmt.isconstraint && file.pg >= 14);
  return replaces ? { words: ['CREATE'], add: ' OR REPLACE', because: OR_REPLACE } : undefined;
}

function afterWords(statement: Statement, { words, add, because }: Form): OnceOnly {
  const span = spanOfWords(statement, ...words);
  const first = codeTokens(statement)[0]?.span;
  if (!span || !first) return { span: statement.span, because };
  return { span: { start: first.start, end: span.end }, because, title: `Add${add}`, edits: [insert(span.end, add)] };
}

/** IF NOT EXISTS would take the INVALID index that a failed CONCURRENTLY leaves for a good one, so that is dropped first. */
function index(at: AnalysedStatement, file: FileContext): OnceOnly {
  const { statement } = at;
  const stmt = 'IndexStmt' in statement.node ? statement.node.IndexStmt : undefined;
  const words = stmt?.concurrent ? ['INDEX', 'CONCURRENTLY'] : ['INDEX'];
  const span = spanOfWords(statement, ...words);
  const made = madeIndex(at);
  const name = stmt?.idxname ?? made?.name;
  if (!stmt || !span) return { span: statement.span, because: IF_NOT_EXISTS };
  const where = { start: statement.span.start, end: span.end };
  const because =
    stmt.idxname === undefined
      ? 'it makes a second index'
      : stmt.concurrent
        ? 'the index, or an INVALID one, is there'
        : IF_NOT_EXISTS;
  if (name === undefined) return { span: where, because };
  const named = stmt.idxname === undefined ? ` ${quoteIdent(name)}` : '';
  if (!stmt.concurrent)
    return { span: where, because, title: 'Add IF NOT EXISTS', edits: [insert(span.end, ` IF NOT EXISTS${named}`)] };
  const schema = stmt.relation?.schemaname;
  const clear = `${drop('index', { schema, name }, { concurrently: true, ifExists: true })};${eolOf(file.script)}`;
  const edits = [insert(statement.span.start, clear), ...(named ? [insert(span.end, named)] : [])];
  return { span: where, because, title: 'First drop what a failed build left', edits };
}

const DROP_WORDS: Readonly<Record<string, readonly string[]>> = {
  OBJECT_TABLE: ['TABLE'],
  OBJECT_INDEX: ['INDEX'],
  OBJECT_SEQUENCE: ['SEQUENCE'],
  OBJECT_VIEW: ['VIEW'],
  OBJECT_MATVIEW: ['MATERIALIZED', 'VIEW'],
  OBJECT_FOREIGN_TABLE: ['FOREIGN', 'TABLE'],
  OBJECT_TYPE: ['TYPE'],
  OBJECT_DOMAIN: ['DOMAIN'],
  OBJECT_SCHEMA: ['SCHEMA'],
  OBJECT_EXTENSION: ['EXTENSION'],
  OBJECT_FUNCTION: ['FUNCTION'],
  OBJECT_PROCEDURE: ['PROCEDURE'],
  OBJECT_TRIGGER: ['TRIGGER'],
  OBJECT_POLICY: ['POLICY'],
  OBJECT_RULE: ['RULE'],
};

function dropped(statement: Statement, type: string, concurrently: boolean): readonly OnceOnly[] {
  const words = DROP_WORDS[type];
  if (!words) return [];
  return [
    afterWords(statement, {
      words: concurrently ? [...words, 'CONCURRENTLY'] : words,
      add: ' IF EXISTS',
      because: IF_EXISTS,
    }),
  ];
}

function alterations(at: AnalysedStatement): readonly OnceOnly[] {
  return subcommands(at).flatMap(({ cmd, span }): OnceOnly[] => {
    const then = (because: string, add: string, ...words: string[]): OnceOnly[] => {
      const found = spanWithin(at.statement, span, ...words);
      // ADD and DROP need no word COLUMN.
      const short = found ?? spanWithin(at.statement, span, words[0]!);
      return short ? [{ span: short, because, title: `Add${add}`, edits: [insert(short.end, add)] }] : [];
    };
    switch (cmd.subtype) {
      case 'AT_AddColumn':
        return cmd.missing_ok ? [] : then(IF_NOT_EXISTS, ' IF NOT EXISTS', 'ADD', 'COLUMN');
      case 'AT_DropColumn':
        return cmd.missing_ok ? [] : then(IF_EXISTS, ' IF EXISTS', 'DROP', 'COLUMN');
      case 'AT_DropConstraint':
        return cmd.missing_ok ? [] : then(IF_EXISTS, ' IF EXISTS', 'DROP', 'CONSTRAINT');
      case 'AT_AddConstraint':
        return [{ span, because: 'the constraint is there' }];
      case 'AT_AttachPartition':
        return [{ span, because: 'it is a partition already' }];
      case 'AT_DetachPartition':
        return [{ span, because: 'it is no partition any more' }];
      default:
        return [];
    }
  });
}

/** What has no form that can run twice. */
function withoutForm(statement: Statement): readonly OnceOnly[] {
  const { node } = statement;
  const tokens = codeTokens(statement).slice(0, 2);
  const last = tokens.at(-1);
  if (!last) return [];
  const span = { start: tokens[0]!.span.start, end: last.span.end };
  if (MAKES.has(statement.kind))
    return [
      { span, because: `${tokens.map((t) => wordOf(statement, t).toUpperCase()).join(' ')} has no IF NOT EXISTS` },
    ];
  if ('CreateTrigStmt' in node) return node.CreateTrigStmt.replace ? [] : [{ span, because: 'the trigger is there' }];
  if ('RuleStmt' in node) return node.RuleStmt.replace ? [] : [{ span, because: OR_REPLACE }];
  if ('RenameStmt' in node || ('AlterEnumStmt' in node && node.AlterEnumStmt.oldVal !== undefined))
    return [{ span, because: 'the old name is gone' }];
  return [];
}

const MAKES: ReadonlySet<string> = new Set([
  'CreateEnumStmt',
  'CreateDomainStmt',
  'CompositeTypeStmt',
  'CreateRangeStmt',
  'CreatePolicyStmt',
  'CreateCastStmt',
]);
