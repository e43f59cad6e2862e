import type { Node } from '@pgsql/types';
import { editFix, removeStatement, wayOut } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { runOutside } from '../plans/outside.js';
import { type Block, type BodyItem, blocksIn, statementsInBody } from '../sql/plpgsql.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { opensTransaction } from '../transactions.js';
import type { Report, Rule } from './rule.js';

export const commitNotAllowed: Rule = {
  id: 'commit-not-allowed',
  title: 'COMMIT or ROLLBACK where PostgreSQL or the tool does not allow it',
  danger: 'fails',
  severity: 'error',
  statements: ['DoStmt', 'CreateFunctionStmt', 'TransactionStmt'],
  directions: ['up', 'down'],
  sources: [
    'https://www.postgresql.org/docs/current/plpgsql-transactions.html',
    'https://www.postgresql.org/docs/current/sql-do.html',
  ],
  *check(at, file) {
    const plain = plainCommit(at, file);
    if (plain) yield plain;
    for (const block of blocksIn(at.statement)) {
      for (const item of statementsInBody(block)) {
        if (item.kind !== 'commit' && item.kind !== 'rollback') continue;
        const report = inBody(at, file, block, item);
        if (report) {
          yield report;
          break;
        }
      }
    }
  },
};

const ENDS: Readonly<Record<string, string>> = { TRANS_STMT_COMMIT: 'COMMIT', TRANS_STMT_ROLLBACK: 'ROLLBACK' };

/** A COMMIT in the file ends the transaction that the tool opened around it. */
function plainCommit({ statement: { node, span } }: AnalysedStatement, file: FileContext): Report | undefined {
  if (!('TransactionStmt' in node) || !opensTransaction(file.mode)) return undefined;
  const word = ENDS[node.TransactionStmt.kind ?? ''];
  if (word === undefined) return undefined;
  const tool = file.set?.tool.title ?? 'the tool';
  const way = file.set?.tool.words.withoutTransaction;
  return {
    span,
    severity: 'warning',
    message: `${word} ends the transaction that ${tool} opened: what follows is no longer undone when it fails.`,
    detail:
      `${tool} runs this file inside its own transaction and records the version in it. After this ${word} the rest, and that record, run outside of it: ` +
      `a failure leaves the migration half done. Leave BEGIN and ${word} out` +
      (way === undefined ? '.' : `, or take the file out of it: ${way}.`),
    fixes: withoutBeginAndCommit(file),
  };
}

/** The tool's own transaction is enough: the file has one BEGIN and one COMMIT around what it does. */
function withoutBeginAndCommit(file: FileContext): readonly Fix[] {
  const control = file.script.statements.filter((s) => s.kind === 'TransactionStmt');
  const kinds = control.map(({ node }) => ('TransactionStmt' in node ? node.TransactionStmt.kind : ''));
  const pair =
    kinds.length === 2 &&
    (kinds[0] === 'TRANS_STMT_BEGIN' || kinds[0] === 'TRANS_STMT_START') &&
    kinds[1] === 'TRANS_STMT_COMMIT';
  const edits =
    pair && kinds.length < file.script.statements.length ? control.map((s) => removeStatement(file.script, s)) : [];
  return edits.length > 0
    ? [editFix(file, "Leave BEGIN and COMMIT out: the tool's transaction is enough", 'review', edits)]
    : [];
}

function inBody(at: AnalysedStatement, file: FileContext, block: Block, item: BodyItem): Report | undefined {
  const word = item.kind.toUpperCase();
  const fails = (where: string, detail: string): Report => ({
    span: item.span,
    message: `${word} fails here with 2D000: ${where}.`,
    detail,
  });
  if (block.of === 'function') {
    return fails(
      'a function cannot end its transaction',
      'A function always runs inside the statement that calls it. Make it a procedure and CALL it outside a transaction block.',
    );
  }
  if (item.guarded) {
    return fails(
      'the block around it has an EXCEPTION part',
      `A block with EXCEPTION is a subtransaction, which cannot end the transaction around it. Put the work with its EXCEPTION into an inner BEGIN … END, and the ${word} after it.`,
    );
  }
  if (block.of === 'procedure') {
    const bound = boundProcedure(at.statement.node);
    return bound === undefined
      ? undefined
      : fails(`a procedure with ${bound} cannot end its transaction`, `Leave ${bound} out of the procedure.`);
  }
  if (!at.inTransaction) return undefined;
  const by = at.begin ? 'the BEGIN above' : (file.set?.tool ?? 'the tool');
  return {
    ...fails(
      `${at.begin ? by : `${by} runs it`} ${at.begin ? 'opens a transaction block around it' : 'inside a transaction block'}`,
      `${word} in a DO block works only when DO is called outside a transaction block. ${remedy(at, file)}`,
    ),
    fixes: () => ofItsOwn(at, file),
    ...(at.begin
      ? { related: [{ uri: file.uri, span: at.begin, message: 'The transaction block begins here.' }] }
      : {}),
  };
}

/** The block runs where it can commit: alone in its file, or in a migration of its own. */
function ofItsOwn(at: AnalysedStatement, file: FileContext): readonly Fix[] {
  const fix = runOutside(at, file, {
    title: 'Run the block',
    edits: [],
    statements: [at.statement.text],
    name: `${file.migration?.name || 'migration'}_batches`,
    down: ['-- Nothing is undone here: what the block did is not known.', 'SELECT 1'],
    undoneBy: () => false,
    neededBy: (later) => later.effect.locks.some((l) => !l.bornHere),
  });
  return fix && fix.edits.length + fix.newFiles.length > 0 ? [{ ...fix, safety: 'review' }] : [];
}

function remedy({ begin }: AnalysedStatement, file: FileContext): string {
  if (begin) return 'Take the DO block out of BEGIN … COMMIT.';
  switch (file.mode) {
    case 'wrapped':
    case 'stepwise':
      return `Put the block into a migration of its own that runs without a transaction${wayOut(file)}.`;
    case 'implicit':
      return 'Several statements in one file are sent as one transaction: put the block into a migration of its own, as its only statement.';
    default:
      return 'Put the block into a migration of its own.';
  }
}

/** SECURITY DEFINER or a SET clause: the call runs in a nested context that cannot commit. */
function boundProcedure(node: Node): string | undefined {
  if (!('CreateFunctionStmt' in node)) return undefined;
  for (const option of node.CreateFunctionStmt.options ?? []) {
    if (!('DefElem' in option)) continue;
    if (option.DefElem.defname === 'set') return 'a SET clause';
    const { arg } = option.DefElem;
    if (option.DefElem.defname === 'security' && arg && 'Boolean' in arg && arg.Boolean.boolval)
      return 'SECURITY DEFINER';
  }
  return undefined;
}
