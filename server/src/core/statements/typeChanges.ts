import type { Column } from '../catalog/catalog.js';
import { typeChangeOf } from '../effects/columnType.js';
import type { TypeChange } from '../effects/typeChange.js';
import { as } from '../sql/tree.js';
import { type TypeRef, typeName, typeRef } from '../sql/types.js';
import { sqlOf } from '../sql/write.js';
import { type Subcommand, subcommands } from '../statements/alter.js';
import type { AnalysedStatement } from '../statements/analysed.js';
import type { Span } from '../text/span.js';

/** One `ALTER COLUMN … TYPE`, on a table that others can see. */
export interface ColumnTypeChange extends Subcommand {
  readonly columnName: string;
  /** Undefined when no migration made the column: then nothing is known of its type. */
  readonly column: Column | undefined;
  readonly to: TypeRef;
  /** The new type as written. */
  readonly toSql: string;
  readonly verdict: TypeChange | undefined;
}

/** The type changes of an ALTER TABLE, each with what it does to the values, as far as the old type is known. */
export function typeChanges(at: AnalysedStatement): readonly ColumnTypeChange[] {
  return subcommands(at).flatMap((sub) => {
    const def = sub.cmd.subtype === 'AT_AlterColumnType' ? as(sub.cmd.def, 'ColumnDef') : undefined;
    if (!def?.typeName) return [];
    const columnName = sub.cmd.name ?? '';
    const column = sub.table.relation?.columns.get(columnName);
    const to = typeRef(def.typeName);
    const verdict = column && typeChangeOf({ catalog: at.before }, column, def);
    return [{ ...sub, columnName, column, to, toSql: sqlOf(at.statement, def.typeName) ?? typeName(to), verdict }];
  });
}

/** Where the column got the type that it has. */
export function typeSince(
  name: string,
  column: Column,
): { readonly uri: string; readonly span: Span; readonly message: string } {
  const { uri, span } = column.typeOrigin ?? column.origin;
  return { uri, span, message: `${name} is ${typeName(column.type)} since here.` };
}

/** Whether a type change has a USING expression. */
export function hasUsing({ cmd }: Subcommand): boolean {
  return as(cmd.def, 'ColumnDef')?.raw_default !== undefined;
}
