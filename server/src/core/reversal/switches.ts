import type { AlterTableCmd, DefElem } from '@pgsql/types';
import { qualified, quoteIdent } from '../sql/quote.js';
import { rangeVar } from '../sql/tree.js';
import { cannot, type Reversal, undo } from './reversal.js';

/** Subcommands that undo each other, or go back to what a table has from the start. */
const SWITCHES: Readonly<Record<string, string>> = {
  AT_EnableRowSecurity: 'DISABLE ROW LEVEL SECURITY',
  AT_DisableRowSecurity: 'ENABLE ROW LEVEL SECURITY',
  AT_ForceRowSecurity: 'NO FORCE ROW LEVEL SECURITY',
  AT_NoForceRowSecurity: 'FORCE ROW LEVEL SECURITY',
  AT_SetLogged: 'SET UNLOGGED',
  AT_SetUnLogged: 'SET LOGGED',
  AT_DisableTrigAll: 'ENABLE TRIGGER ALL',
  AT_EnableTrigAll: 'DISABLE TRIGGER ALL',
  AT_DisableTrigUser: 'ENABLE TRIGGER USER',
  AT_EnableTrigUser: 'DISABLE TRIGGER USER',
};

const NAMED: Readonly<Record<string, string>> = {
  AT_DisableTrig: 'ENABLE TRIGGER',
  AT_EnableTrig: 'DISABLE TRIGGER',
  AT_EnableAlwaysTrig: 'ENABLE TRIGGER',
  AT_EnableReplicaTrig: 'ENABLE TRIGGER',
  AT_DisableRule: 'ENABLE RULE',
  AT_EnableRule: 'DISABLE RULE',
};

/** What was before is not in the migrations; these are PostgreSQL's own settings. */
const TO_DEFAULT: Readonly<Record<string, string>> = {
  AT_ReplicaIdentity: 'REPLICA IDENTITY DEFAULT',
  AT_ClusterOn: 'SET WITHOUT CLUSTER',
};

/** How a subcommand is undone that changes a setting of the table, not what is in it. */
export function switched(cmd: AlterTableCmd, alter: string, onColumn: string): Reversal {
  const { subtype = '', name = '', def } = cmd;
  if (SWITCHES[subtype]) return undo(`${alter} ${SWITCHES[subtype]}`);
  if (NAMED[subtype]) return undo(`${alter} ${NAMED[subtype]} ${quoteIdent(name)}`);
  if (TO_DEFAULT[subtype]) return backToDefault(`${alter} ${TO_DEFAULT[subtype]}`);
  if (subtype === 'AT_SetStatistics') return backToDefault(`${onColumn} SET STATISTICS -1`);
  if (subtype === 'AT_SetRelOptions') {
    const names = optionNames(def);
    if (names.length > 0) return backToDefault(`${alter} RESET (${names.join(', ')})`);
  }
  const parent = def && 'RangeVar' in def ? rangeVar(def.RangeVar) : undefined;
  if (subtype === 'AT_AddInherit' && parent)
    return undo(`${alter} NO INHERIT ${qualified(parent.schema, parent.name)}`);
  if (subtype === 'AT_DropInherit' && parent) return undo(`${alter} INHERIT ${qualified(parent.schema, parent.name)}`);
  const part = def && 'PartitionCmd' in def ? rangeVar(def.PartitionCmd.name) : undefined;
  if (subtype === 'AT_AttachPartition' && part)
    return undo(`${alter} DETACH PARTITION ${qualified(part.schema, part.name)}`);
  if (subtype === 'AT_DetachPartition' && part) {
    return cannot(`${part.name} was detached; write ATTACH PARTITION with the bounds that it had.`);
  }
  return cannot('This change of the table is not undone by itself: write the statement.');
}

function backToDefault(sql: string): Reversal {
  return { statements: [sql], notes: ["Goes back to PostgreSQL's default, when nothing else was set before."] };
}

function optionNames(def: AlterTableCmd['def']): readonly string[] {
  const items = def && 'List' in def ? (def.List.items ?? []) : [];
  const options = items.flatMap((item): DefElem[] => ('DefElem' in item ? [item.DefElem] : []));
  return options.map((o) => `${o.defnamespace ? `${quoteIdent(o.defnamespace)}.` : ''}${quoteIdent(o.defname ?? '')}`);
}
