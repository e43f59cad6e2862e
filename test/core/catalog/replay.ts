import { applyStatement } from '../../../server/src/core/catalog/apply.js';
import type { Catalog, Column, Relation } from '../../../server/src/core/catalog/catalog.js';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import { readScript } from '../../../server/src/core/sql/read.js';
import { typeName } from '../../../server/src/core/sql/types.js';

/** The catalog after these statements. */
export function after(sql: string, before: Catalog = emptyCatalog(), uri = 'file:///1.sql'): Catalog {
  return readScript(sql).statements.reduce(
    (catalog, s) => applyStatement(catalog, s, { uri, half: uri, migration: uri }),
    before,
  );
}

export function relation(catalog: Catalog, name: string): Relation {
  const found = catalog.relation(undefined, name) ?? catalog.relationByKey(name);
  if (!found) throw new Error(`no relation ${name}`);
  return found;
}

export function column(catalog: Catalog, table: string, name: string): Column {
  const found = relation(catalog, table).columns.get(name);
  if (!found) throw new Error(`no column ${table}.${name}`);
  return found;
}

/** A table's columns in short: `id integer not null default 1`. */
export function columns(catalog: Catalog, table: string): string[] {
  return [...relation(catalog, table).columns.values()].map((c) =>
    [c.name, typeName(c.type), c.notNull ? 'not null' : '', c.defaultSql === undefined ? '' : `default ${c.defaultSql}`]
      .filter((part) => part !== '')
      .join(' '),
  );
}

export const keys = (relations: readonly Relation[]) => relations.map((r) => r.key).sort();
