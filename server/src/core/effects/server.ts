import type {
  AlterDatabaseStmt,
  AlterSubscriptionStmt,
  CreateSubscriptionStmt,
  DeclareCursorStmt,
  DiscardStmt,
  DropSubscriptionStmt,
  Node,
  PrepareStmt,
  TransactionStmt,
} from '@pgsql/types';
import { as, optionOf, text } from '../sql/tree.js';
import type { EffectBuilder } from './builder.js';
import { forbid } from './indexes.js';
import { lockQuery } from './queries.js';

/** CREATE DATABASE, ALTER SYSTEM, CREATE TABLESPACE and the like. */
export function alone(b: EffectBuilder): void {
  b.source = 'PreventInTransactionBlock in src/backend/tcop/utility.c';
  forbid(b);
}

export function nothing(): void {}

export function alterDatabase(b: EffectBuilder, node: AlterDatabaseStmt): void {
  b.source = 'ALTER DATABASE; src/backend/commands/dbcommands.c';
  if ((node.options ?? []).some((o) => as(o, 'DefElem')?.defname === 'tablespace')) forbid(b);
}

export function discard(b: EffectBuilder, node: DiscardStmt): void {
  b.source = 'DISCARD; src/backend/commands/discard.c';
  if (node.target === 'DISCARD_ALL') forbid(b);
}

const ONLY_IN_BLOCK = new Set(['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO']);
const NEVER_IN_BLOCK = new Set(['TRANS_STMT_COMMIT_PREPARED', 'TRANS_STMT_ROLLBACK_PREPARED']);

export function transaction(b: EffectBuilder, node: TransactionStmt): void {
  b.source = 'src/backend/tcop/utility.c';
  if (ONLY_IN_BLOCK.has(node.kind ?? '')) b.transaction = 'required';
  if (NEVER_IN_BLOCK.has(node.kind ?? '')) forbid(b);
}

/** A cursor WITHOUT HOLD ends with the transaction: CURSOR_OPT_HOLD of parsenodes.h. */
const HOLD = 0x20;

export function declareCursor(b: EffectBuilder, node: DeclareCursorStmt): void {
  b.source = 'DECLARE; src/backend/commands/portalcmds.c';
  if (((node.options ?? 0) & HOLD) === 0) b.transaction = 'required';
  lockQuery(b, node.query, { runs: true });
}

export function prepare(b: EffectBuilder, node: PrepareStmt): void {
  b.source = 'PREPARE; src/backend/commands/prepare.c';
  lockQuery(b, node.query, { runs: false });
}

/** With a replication slot to make or to drop on the publisher. */
export function createSubscription(b: EffectBuilder, node: CreateSubscriptionStmt): void {
  b.source = 'CREATE SUBSCRIPTION; src/backend/commands/subscriptioncmds.c';
  if (isTrue(node.options, 'connect') && isTrue(node.options, 'create_slot')) forbid(b);
}

export function alterSubscription(b: EffectBuilder, node: AlterSubscriptionStmt): void {
  b.source = 'ALTER SUBSCRIPTION; src/backend/commands/subscriptioncmds.c';
  const refreshes = node.kind === 'ALTER_SUBSCRIPTION_REFRESH' || /PUBLICATION$/.test(node.kind ?? '');
  if (refreshes && b.pg >= 14 && isTrue(node.options, 'refresh')) forbid(b);
}

/** Refused in a block when the subscription has a slot, which a script cannot tell: nothing is claimed but that. */
export function dropSubscription(b: EffectBuilder, _node: DropSubscriptionStmt): void {
  b.source = 'DROP SUBSCRIPTION; src/backend/commands/subscriptioncmds.c';
  b.known = false;
  forbid(b);
}

/** A DefElem that is true when it is not given. */
function isTrue(options: readonly Node[] | undefined, name: string): boolean {
  const option = optionOf(options, name);
  return !option?.arg || !/^(false|off|0|no)$/i.test(text(option.arg) ?? '');
}

/** What it does is written elsewhere: in a function, a prepared statement, an extension's script. */
export function elsewhere(b: EffectBuilder): void {
  b.known = false;
}
