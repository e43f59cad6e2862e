import type { TransactionStmt } from '@pgsql/types';
import type { Context } from './context.js';
import { CatalogState, type SavedParts } from './state.js';

/** BEGIN, COMMIT, ROLLBACK and savepoints that a script writes itself. Without a BEGIN of its own nothing is rolled back. */
export function transaction(context: Context, node: TransactionStmt): CatalogState {
  const { state } = context;
  const saved = state.parts.saved;
  switch (node.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return saved.length > 0 ? state : state.with({ saved: [{ name: undefined, parts: state.parts }] });
    case 'TRANS_STMT_SAVEPOINT':
      return saved.length === 0
        ? state
        : state.with({ saved: [...saved, { name: node.savepoint_name ?? '', parts: state.parts }] });
    case 'TRANS_STMT_RELEASE':
      return state.with({ saved: saved.slice(0, savepoint(saved, node.savepoint_name) ?? saved.length) });
    case 'TRANS_STMT_ROLLBACK_TO': {
      const at = savepoint(saved, node.savepoint_name);
      return at === undefined ? state : new CatalogState({ ...saved[at]!.parts, saved: saved.slice(0, at + 1) });
    }
    case 'TRANS_STMT_ROLLBACK':
      return saved[0] ? new CatalogState({ ...saved[0].parts, saved: [] }) : state;
    case 'TRANS_STMT_COMMIT':
      return saved.length > 0 ? state.with({ saved: [] }) : state;
    default:
      return state;
  }
}

function savepoint(saved: readonly SavedParts[], name: string | undefined): number | undefined {
  const at = saved.findLastIndex((entry) => entry.name !== undefined && entry.name === name);
  return at < 0 ? undefined : at;
}
