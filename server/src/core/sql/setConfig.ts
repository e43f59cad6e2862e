import type { Node, SelectStmt } from '@pgsql/types';
import { as, stringConstant, text } from './tree.js';

/** `SELECT set_config('name', value, local)`, as pg_dump writes it; undefined for any other query. */
export function setConfigIn(node: SelectStmt): { name: string; value: Node | undefined; local: boolean } | undefined {
  const call = as(as(node.targetList?.[0], 'ResTarget')?.val, 'FuncCall');
  if (text(call?.funcname?.at(-1)) !== 'set_config') return undefined;
  const [setting, value, local] = call?.args ?? [];
  const name = stringConstant(setting);
  return name === undefined ? undefined : { name, value, local: as(local, 'A_Const')?.boolval?.boolval === true };
}
