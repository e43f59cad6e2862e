import type { AlterTableCmd, ColumnDef, Constraint, Node } from '@pgsql/types';
import type { PgMajor } from '../effects/effect.js';

/** Something that older servers refuse. */
export interface Feature {
  readonly since: PgMajor;
  /** In SQL's words, for people. */
  readonly name: string;
  /** Where it stands in the statement: words one after the other. */
  readonly words: readonly string[];
}

const feature = (since: PgMajor, name: string, ...words: string[]): Feature => ({
  since,
  name,
  words: words.length > 0 ? words : name.split(' '),
});

/**
 * What a statement uses that came after PostgreSQL 12, as the release notes of 13 to 18 list it and the grammars of these
 * versions say. Not every novelty: those that migrations use.
 */
export function featuresOf(node: Node): readonly Feature[] {
  if ('AlterTableStmt' in node) return (node.AlterTableStmt.cmds ?? []).flatMap(ofCommand);
  if ('CreateStmt' in node) return (node.CreateStmt.tableElts ?? []).flatMap(ofElement);
  if ('IndexStmt' in node) return node.IndexStmt.nulls_not_distinct ? [NULLS_NOT_DISTINCT] : [];
  if ('CreateTrigStmt' in node) {
    const { replace, isconstraint } = node.CreateTrigStmt;
    return replace && !isconstraint ? [feature(14, 'CREATE OR REPLACE TRIGGER')] : [];
  }
  if ('CreateFunctionStmt' in node && node.CreateFunctionStmt.sql_body) {
    const atomic = 'List' in node.CreateFunctionStmt.sql_body;
    return [atomic ? feature(14, 'BEGIN ATOMIC') : feature(14, 'RETURN as the body of a function', 'RETURN')];
  }
  if ('MergeStmt' in node) return [feature(15, 'MERGE')];
  if ('ViewStmt' in node) {
    const options = (node.ViewStmt.options ?? []).map((o) => ('DefElem' in o ? o.DefElem.defname : ''));
    return options.includes('security_invoker') ? [feature(15, 'security_invoker')] : [];
  }
  return [];
}

const NULLS_NOT_DISTINCT = feature(15, 'NULLS NOT DISTINCT');

const COMMANDS: Readonly<Record<string, Feature>> = {
  AT_DropExpression: feature(13, 'DROP EXPRESSION'),
  AT_DetachPartitionFinalize: feature(14, 'FINALIZE'),
  AT_SetCompression: feature(14, 'SET COMPRESSION'),
  AT_SetAccessMethod: feature(15, 'SET ACCESS METHOD'),
  AT_SetExpression: feature(17, 'SET EXPRESSION'),
};

function ofCommand(node: Node): readonly Feature[] {
  if (!('AlterTableCmd' in node)) return [];
  const cmd = node.AlterTableCmd;
  const known = COMMANDS[cmd.subtype ?? ''];
  return [...(known ? [known] : []), ...ofDefinition(cmd)];
}

function ofDefinition({ def, subtype }: AlterTableCmd): readonly Feature[] {
  if (!def) return [];
  if ('PartitionCmd' in def)
    return subtype === 'AT_DetachPartition' && def.PartitionCmd.concurrent
      ? [feature(14, 'DETACH PARTITION … CONCURRENTLY', 'CONCURRENTLY')]
      : [];
  if ('ATAlterConstraint' in def)
    return def.ATAlterConstraint.alterEnforceability ? [feature(18, 'ENFORCED of a constraint', 'ENFORCED')] : [];
  return ofElement(def);
}

/** Column or constraint of a table. */
function ofElement(node: Node): readonly Feature[] {
  if ('Constraint' in node) return ofConstraint(node.Constraint);
  return 'ColumnDef' in node ? ofColumn(node.ColumnDef) : [];
}

function ofColumn({ compression, storage_name, constraints }: ColumnDef): readonly Feature[] {
  const own = (constraints ?? []).flatMap((c) => ('Constraint' in c ? [c.Constraint] : []));
  return [
    ...(compression ? [feature(14, 'COMPRESSION of a column', 'COMPRESSION')] : []),
    ...(storage_name ? [feature(16, 'STORAGE of a new column', 'STORAGE')] : []),
    ...own.flatMap(ofConstraint),
  ];
}

const ENFORCEABLE: ReadonlySet<string> = new Set(['CONSTR_CHECK', 'CONSTR_FOREIGN']);

function ofConstraint(constraint: Constraint): readonly Feature[] {
  const { contype = '', keys, nulls_not_distinct, fk_del_set_cols, generated_kind } = constraint;
  const found: Feature[] = [];
  if (nulls_not_distinct) found.push(NULLS_NOT_DISTINCT);
  if (fk_del_set_cols?.length) found.push(feature(15, 'ON DELETE SET … with columns', 'ON', 'DELETE', 'SET'));
  // The grammar of 18 takes a generated column without STORED for a virtual one.
  if (generated_kind === 'v') found.push(feature(18, 'a generated column that is not STORED', 'GENERATED'));
  if (contype === 'CONSTR_NOTNULL' && keys?.length)
    found.push(feature(18, 'NOT NULL as a table constraint', 'NOT', 'NULL'));
  if (contype === 'CONSTR_ATTR_NOT_ENFORCED' || (ENFORCEABLE.has(contype) && !constraint.is_enforced))
    found.push(feature(18, 'NOT ENFORCED'));
  if (constraint.without_overlaps) found.push(feature(18, 'WITHOUT OVERLAPS'));
  if (constraint.fk_with_period) found.push(feature(18, 'PERIOD in a foreign key', 'PERIOD'));
  return found;
}
