import type { AlterDomainStmt, AlterTableStmt, Node } from '@pgsql/types';
import type { Relation, UserType } from '../catalog/catalog.js';
import { as, qualifiedName, texts } from '../sql/tree.js';
import { typeRef } from '../sql/types.js';
import type { EffectBuilder } from './builder.js';

/** ALTER TYPE … ATTRIBUTE: tables with a column of the type are not locked; CASCADE changes the typed tables (OF type). */
export function alterComposite(b: EffectBuilder, node: AlterTableStmt): void {
  b.source = 'ALTER TYPE; ATTypedTableRecursion in src/backend/commands/tablecmds.c';
  const cascades = (node.cmds ?? []).some((item) => as(item, 'AlterTableCmd')?.behavior === 'DROP_CASCADE');
  // Which tables are OF a type is not in the catalog.
  if (cascades) b.known = false;
}

/** ALTER DOMAIN … that has to look at the values in every table with a column of the domain. */
export function alterDomain(b: EffectBuilder, node: AlterDomainStmt): void {
  b.source = 'ALTER DOMAIN; validateDomainConstraint in src/backend/commands/typecmds.c';
  const { schema, name } = qualifiedName(texts(node.typeName));
  const domain = b.catalog.type(schema, name);
  const why = reasonToScan(node);
  if (why === undefined || !domain) return;
  for (const { relation } of columnsOfType(b, domain)) {
    b.lock(b.of(relation), 'SHARE', 'target');
    b.work('scan', b.of(relation), why);
  }
}

function reasonToScan(node: AlterDomainStmt): string | undefined {
  switch (node.subtype) {
    case 'C':
      return as(node.def, 'Constraint')?.skip_validation
        ? undefined
        : 'every value of the domain is checked against the new constraint';
    case 'V':
      return `every value of the domain is checked against ${node.name ?? 'the constraint'}`;
    case 'O':
      return 'every value of the domain is checked for NULL';
    default:
      return undefined;
  }
}

/** Tables and columns that have a type: the type itself, or an array of it. */
export function columnsOfType(
  b: EffectBuilder,
  type: UserType,
): readonly { readonly relation: Relation; readonly column: string }[] {
  const found: { relation: Relation; column: string }[] = [];
  for (const relation of b.catalog.relations()) {
    if (relation.kind === 'view' || relation.kind === 'compositeType') continue;
    for (const column of relation.columns.values()) {
      if (b.catalog.type(column.type.schema, column.type.name)?.key === type.key)
        found.push({ relation, column: column.name });
    }
  }
  return found;
}

export function typeOfNode(b: EffectBuilder, node: Node | undefined): UserType | undefined {
  const named = as(node, 'TypeName');
  const { schema, name } = named ? typeRef(named) : qualifiedName(texts(as(node, 'List')?.items));
  return b.catalog.type(schema, name);
}
