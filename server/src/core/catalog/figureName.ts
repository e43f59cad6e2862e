import type { Node } from '@pgsql/types';
import { as, columnNamed, text } from '../sql/tree.js';

/** A name, and whether only a type gave it: then a column's name further out is better. */
interface Figured {
  readonly name: string;
  readonly weak: boolean;
}

/** FigureColname and FigureIndexColname in parse_target.c: the name that an expression gives a column; undefined for `?column?`. */
export function figureName(expression: Node | undefined): string | undefined {
  return figure(expression)?.name;
}

/** Nodes that are named after what they are. */
const FIXED: Readonly<Record<string, string>> = {
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  GroupingFunc: 'grouping',
  XmlSerialize: 'xmlserialize',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
  JsonObjectConstructor: 'json_object',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonArrayAgg: 'json_arrayagg',
};

const VALUE_FUNCTIONS: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_DATE: 'current_date',
  SVFOP_CURRENT_TIME: 'current_time',
  SVFOP_CURRENT_TIME_N: 'current_time',
  SVFOP_CURRENT_TIMESTAMP: 'current_timestamp',
  SVFOP_CURRENT_TIMESTAMP_N: 'current_timestamp',
  SVFOP_LOCALTIME: 'localtime',
  SVFOP_LOCALTIME_N: 'localtime',
  SVFOP_LOCALTIMESTAMP: 'localtimestamp',
  SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
  SVFOP_CURRENT_ROLE: 'current_role',
  SVFOP_CURRENT_USER: 'current_user',
  SVFOP_USER: 'user',
  SVFOP_SESSION_USER: 'session_user',
  SVFOP_CURRENT_CATALOG: 'current_catalog',
  SVFOP_CURRENT_SCHEMA: 'current_schema',
};

function figure(node: Node | undefined): Figured | undefined {
  if (!node) return undefined;
  const tag = Object.keys(node)[0] ?? '';
  const fixed = FIXED[tag];
  if (fixed !== undefined) return { name: fixed, weak: false };
  const named = namedParts(node);
  if (named !== undefined) return { name: named, weak: false };
  return wrapped(node);
}

function namedParts(node: Node): string | undefined {
  if ('ColumnRef' in node) return columnNamed(node);
  const call = as(node, 'FuncCall');
  if (call) return text(call.funcname?.at(-1));
  const field = (as(node, 'A_Indirection')?.indirection ?? []).flatMap((part) => text(part) ?? []).at(-1);
  if (field !== undefined) return field;
  if (as(node, 'A_Expr')?.kind === 'AEXPR_NULLIF') return 'nullif';
  const minMax = as(node, 'MinMaxExpr');
  if (minMax) return minMax.op === 'IS_LEAST' ? 'least' : 'greatest';
  const value = as(node, 'SQLValueFunction');
  if (value) return VALUE_FUNCTIONS[value.op ?? ''];
  return as(node, 'XmlExpr')?.name;
}

function wrapped(node: Node): Figured | undefined {
  const indirection = as(node, 'A_Indirection');
  if (indirection) return figure(indirection.arg);
  const collate = as(node, 'CollateClause');
  if (collate) return figure(collate.arg);
  const cast = as(node, 'TypeCast');
  if (cast) {
    const inner = figure(cast.arg);
    const type = text(cast.typeName?.names?.at(-1));
    return inner && !inner.weak ? inner : type === undefined ? inner : { name: type, weak: true };
  }
  const choice = as(node, 'CaseExpr');
  if (choice) {
    const inner = figure(choice.defresult);
    return inner && !inner.weak ? inner : { name: 'case', weak: true };
  }
  return subquery(node);
}

function subquery(node: Node): Figured | undefined {
  const link = as(node, 'SubLink');
  if (link?.subLinkType === 'EXISTS_SUBLINK') return { name: 'exists', weak: false };
  if (link?.subLinkType === 'ARRAY_SUBLINK') return { name: 'array', weak: false };
  if (link?.subLinkType !== 'EXPR_SUBLINK') return undefined;
  const target = as(as(link.subselect, 'SelectStmt')?.targetList?.[0], 'ResTarget');
  return target?.name === undefined ? figure(target?.val) : { name: target.name, weak: false };
}
