import { newColumns, newTable, primaryKey } from '../statements/newColumns.js';
import type { Rule } from './rule.js';

/** Facts about people and things that change, are reused or turn out not to be unique. */
const NATURAL =
  /^(e?mail(_?address)?|phone(_?number)?|mobile(_?number)?|ssn|social_security_number|tax_?id|vat_?(id|number)|national_?id|passport(_?number)?|user_?name|login|(full|first|last|display)_?name|license_plate)$/i;
const TEXT: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'citext', 'int8', 'int4', 'numeric']);

export const naturalPrimaryKey: Rule = {
  id: 'natural-primary-key',
  title: 'Primary key made of personal or changeable data',
  danger: 'style',
  severity: 'hint',
  statements: ['CreateStmt'],
  directions: ['up'],
  sources: ['https://wiki.postgresql.org/wiki/Don%27t_Do_This', 'https://en.wikipedia.org/wiki/Surrogate_key'],
  *check(at) {
    const table = newTable(at);
    const key = table ? primaryKey(table) : [];
    if (!table || key.length !== 1) return;
    const found = newColumns(at, table).find(({ column }) => column.name === key[0]);
    if (!found || !NATURAL.test(found.column.name) || !TEXT.has(found.column.type.name)) return;
    // A list of just such values: reserved_usernames (username).
    if (table.name.toLowerCase().includes(found.column.name.toLowerCase())) return;
    // A key that is another table's key as well is no choice of this table.
    const isForeign = [...table.constraints.values()].some(
      (c) => c.kind === 'foreignKey' && c.columns.includes(found.column.name),
    );
    if (isForeign) return;
    yield {
      span: found.span,
      message: `${found.column.name} as the primary key of ${table.name} will change or repeat one day, and every reference with it.`,
      detail:
        'People change their address, number and name, numbers are given out again, and typing errors have to be corrected. As a primary key the value is copied into every referencing table, log and URL. ' +
        `Use a surrogate key (id bigint GENERATED ALWAYS AS IDENTITY) and a UNIQUE constraint on ${found.column.name}.`,
    };
  },
};
