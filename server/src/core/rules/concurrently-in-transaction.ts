import type { Node } from '@pgsql/types';
import { editFix, isOnlyStatement, replace, wayOut } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { runOutside } from '../plans/outside.js';
import { deriveDown } from '../reversal/derive.js';
import { earlierThan } from '../reversal/sources.js';
import { mentions } from '../sql/parts.js';
import { blocksIn, statementsInBody } from '../sql/plpgsql.js';
import { comment } from '../sql/quote.js';
import { readScript } from '../sql/read.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { droppedIndexes } from '../statements/indexes.js';
import { codeTokens, spanOfWords, wordOf } from '../statements/spans.js';
import { subjectOf } from '../statements/subject.js';
import type { Report, Rule } from './rule.js';

export const concurrentlyInTransaction: Rule = {
  id: 'concurrently-in-transaction',
  title: 'CONCURRENTLY or VACUUM inside a transaction block',
  danger: 'fails',
  severity: 'error',
  statements: [
    'IndexStmt',
    'DropStmt',
    'ReindexStmt',
    'AlterTableStmt',
    'VacuumStmt',
    'ClusterStmt',
    'AlterSystemStmt',
    'CreatedbStmt',
    'DropdbStmt',
    'AlterDatabaseStmt',
    'CreateTableSpaceStmt',
    'DropTableSpaceStmt',
    'DiscardStmt',
    'CreateSubscriptionStmt',
    'AlterSubscriptionStmt',
    'DropSubscriptionStmt',
    'DoStmt',
  ],
  directions: ['up', 'down'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT',
    'squawk: ban-concurrent-index-creation-in-transaction',
  ],
  *check(at, file) {
    if (at.statement.kind === 'DoStmt') {
      yield* insideBody(at);
      return;
    }
    const partitioned = onPartitioned(at);
    if (partitioned) {
      yield partitioned;
      return;
    }
    if (at.effect.transaction !== 'forbidden' || !at.inTransaction) return;
    const words = commandOf(at);
    yield {
      span: spanOfWords(at.statement, 'CONCURRENTLY') ?? at.effect.span,
      message: `${words} fails here with 25001: ${reason(at, file)}.`,
      detail: `PostgreSQL refuses ${words} in a transaction block, because it commits in between. ${remedy(at, file)}`,
      ...(at.begin
        ? { related: [{ uri: file.uri, span: at.begin, message: 'The transaction block begins here.' }] }
        : {}),
      fixes: () => [withoutConcurrently(at, file) ?? outside(at, file)].filter((f) => f !== undefined),
    };
  },
};

/** Refused wherever it runs: DefineIndex in indexcmds.c, RangeVarCallbackForDropRelation and RemoveRelations in tablecmds.c. */
function onPartitioned(at: AnalysedStatement): Report | undefined {
  const span = spanOfWords(at.statement, 'CONCURRENTLY');
  const { node } = at.statement;
  const table =
    'IndexStmt' in node && node.IndexStmt.concurrent
      ? at.before.relation(node.IndexStmt.relation?.schemaname, node.IndexStmt.relation?.relname ?? '')
      : 'DropStmt' in node && node.DropStmt.concurrent
        ? droppedIndexes(at.statement, at.before).find((i) => i.table?.kind === 'partitionedTable')?.table
        : undefined;
  if (!span || table?.kind !== 'partitionedTable') return undefined;
  const create = 'IndexStmt' in node;
  return {
    span,
    message: `${commandOf(at)} fails here with 0A000: ${table.name} is partitioned.`,
    detail: create
      ? `Create the index on each partition CONCURRENTLY, then CREATE INDEX … ON ONLY ${table.name}, which builds nothing, and attach those of the partitions to it with ALTER INDEX … ATTACH PARTITION.`
      : `The index of a partitioned table goes with those of its partitions under ACCESS EXCLUSIVE: leave CONCURRENTLY out, and set a short lock_timeout.`,
    related: [{ uri: table.origin.uri, span: table.origin.span, message: `${table.name} was created here.` }],
  };
}

/** `CREATE INDEX CONCURRENTLY`, `VACUUM`: the leading words of the command that are keywords. */
function commandOf({ statement }: AnalysedStatement): string {
  const tokens = codeTokens(statement);
  const until = tokens.findIndex((t) => !t.keyword);
  const leading = tokens
    .slice(0, Math.min(until < 0 ? tokens.length : until, 4))
    .map((t) => wordOf(statement, t).toUpperCase());
  const end = leading.findIndex((word) => word === 'CONCURRENTLY' || word === 'IF');
  const words = leading.slice(0, end < 0 ? 3 : end + (leading[end] === 'IF' ? 0 : 1)).filter((w) => w !== 'UNIQUE');
  if (!words.includes('CONCURRENTLY') && spanOfWords(statement, 'CONCURRENTLY')) words.push('… CONCURRENTLY');
  return words.join(' ');
}

function reason(at: AnalysedStatement, file: FileContext): string {
  if (at.begin) return 'the BEGIN above opens a transaction block';
  const tool = file.set?.tool.title ?? 'the tool';
  return at.unit.kind === 'message'
    ? `${tool} sends several statements as one transaction`
    : `${tool} runs it in a transaction`;
}

function remedy(at: AnalysedStatement, file: FileContext): string {
  if (at.begin) return 'Take it out of BEGIN … COMMIT, best into a migration of its own.';
  switch (file.mode) {
    case 'wrapped':
    case 'stepwise':
      return `Put it into a migration of its own that runs without a transaction${wayOut(file)}.`;
    case 'implicit':
      return 'Put it into a migration of its own, as the only statement: not even SET may stand beside it.';
    default:
      return 'Put it into a migration of its own.';
  }
}

/** On a table that was made in this transaction nobody waits; and a down cannot put the statement into another file. */
function withoutConcurrently(at: AnalysedStatement, file: FileContext): Fix | undefined {
  const { node } = at.statement;
  const isNew = 'IndexStmt' in node && subjectOf(at, node.IndexStmt.relation).isNew;
  const stays =
    file.direction === 'down' && !isOnlyStatement(file, at.statement) && ('IndexStmt' in node || 'DropStmt' in node);
  const word = isNew || stays ? spanOfWords(at.statement, 'CONCURRENTLY') : undefined;
  if (!word) return undefined;
  const blank = /^\s/.test(file.script.text.slice(word.end)) ? 1 : 0;
  const title = isNew ? 'Leave CONCURRENTLY out: nobody uses the new table yet' : 'Leave CONCURRENTLY out';
  return editFix(file, title, 'safe', [replace({ start: word.start, end: word.end + blank }, '')]);
}

function outside(at: AnalysedStatement, file: FileContext): Fix | undefined {
  const names = namesOf(at.statement.node);
  const undo = deriveDown([at], { earlier: earlierThan(file, at.statement) });
  const said = undo.notes.length > 0 ? undo.notes : ['Nothing to undo here.'];
  const down = undo.statements.length > 0 ? undo.statements : [...said.map(comment), 'SELECT 1'];
  return runOutside(at, file, {
    title: `Run ${commandOf(at).replace('… ', '')}`,
    edits: [],
    statements: [at.statement.text],
    name:
      names[0] === undefined ? 'outside_transaction' : `${at.statement.kind === 'DropStmt' ? 'drop_' : ''}${names[0]}`,
    down,
    undoneBy: ({ node }) => names.length > 0 && namesOf(node).join() === names.join() && node !== at.statement.node,
    neededBy: ({ statement }) => names.some((name) => mentions(statement, name)),
  });
}

/** The objects by which later statements and the other half may refer to the work. */
function namesOf(node: Node): readonly string[] {
  if ('IndexStmt' in node) return node.IndexStmt.idxname === undefined ? [] : [node.IndexStmt.idxname];
  if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_INDEX') return [];
  return (node.DropStmt.objects ?? []).flatMap((object) => {
    const last = 'List' in object ? object.List.items?.at(-1) : undefined;
    return last && 'String' in last && last.String.sval !== undefined ? [last.String.sval] : [];
  });
}

/** A DO block is one statement: what cannot run in a transaction fails in it, however it is called. */
function* insideBody(at: AnalysedStatement): Iterable<Report> {
  for (const block of blocksIn(at.statement)) {
    for (const item of statementsInBody(block)) {
      if (!/\bCONCURRENTLY\b/i.test(item.text)) continue;
      const fails =
        item.kind === 'sql'
          ? isConcurrent(readScript(item.sql).statements[0]?.node)
          : item.kind === 'execute' && IN_STRING.test(item.text);
      if (!fails) continue;
      yield {
        span: item.span,
        message: 'CONCURRENTLY fails here with 25001: a DO block is always inside a transaction.',
        detail:
          'Neither a DO block nor a function can run it, and EXECUTE does not help. Write the statement at the top level of a migration of its own.',
      };
    }
  }
}

/** What EXECUTE runs, as far as the text of its string says. */
const IN_STRING = /\b(?:(?:CREATE|CREATE\s+UNIQUE|DROP)\s+INDEX|REINDEX\s+(?:INDEX|TABLE))\s+CONCURRENTLY\b/i;

function isConcurrent(node: Node | undefined): boolean {
  if (!node) return false;
  if ('IndexStmt' in node) return node.IndexStmt.concurrent === true;
  if ('DropStmt' in node) return node.DropStmt.concurrent === true;
  return 'ReindexStmt' in node;
}
