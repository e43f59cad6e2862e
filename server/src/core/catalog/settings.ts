import type { SelectStmt, VariableSetStmt } from '@pgsql/types';
import { setConfigIn } from '../sql/setConfig.js';
import { stringConstant } from '../sql/tree.js';
import type { Context } from './context.js';
import type { CatalogState } from './state.js';

/** SET search_path, SET TimeZone, and RESET of them. */
export function setVariable(context: Context, node: VariableSetStmt): CatalogState {
  const { state } = context;
  if (node.kind === 'VAR_RESET_ALL') return state.with({ searchPath: state.parts.basePath, timeZone: undefined });
  const set = node.kind === 'VAR_SET_VALUE';
  const values = (node.args ?? []).map((arg) => stringConstant(arg) ?? '');
  return setting(context, node.name, set ? values : undefined);
}

/** SELECT set_config('search_path', …), as pg_dump writes. */
export function setConfig(context: Context, node: SelectStmt): CatalogState {
  const set = setConfigIn(node);
  const value = stringConstant(set?.value);
  if (!set || value === undefined) return context.state;
  const values = value.split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
  return setting(context, set.name, values);
}

function setting(context: Context, name: string | undefined, values: readonly string[] | undefined): CatalogState {
  const { state, origin } = context;
  const sessionOf = origin.half;
  switch (name?.toLowerCase()) {
    case 'search_path':
      return state.with({ sessionOf, searchPath: values ? values.filter((v) => v !== '') : state.parts.basePath });
    case 'timezone':
      return state.with({ sessionOf, timeZone: values?.[0] });
    default:
      return state;
  }
}

/** A session's settings end with the script that made them: the next migration may run in another session. */
export function enterHalf(state: CatalogState, half: string): CatalogState {
  const { sessionOf, basePath } = state.parts;
  if (sessionOf === undefined || sessionOf === half) return state;
  return state.with({ sessionOf: undefined, searchPath: basePath, timeZone: undefined });
}
