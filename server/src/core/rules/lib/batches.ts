import type { Catalog, Relation } from '../../catalog/catalog.js';
import { typeName } from '../../sql/names.js';
import { parsesCleanly } from '../../sql/read.js';
import type { Statement } from '../../sql/script.js';
import { quoteIdent } from '../../sql/write.js';
import type { AnalysedStatement, FileContext, Fix } from '../rule.js';
import { codeTokens, removal } from './clause.js';

const BATCH = 5000;

/** `UPDATE t SET …` or `DELETE FROM t`, and its condition, as written. */
interface Parts {
  readonly head: string;
  readonly where: string | undefined;
}

/**
 * The same change in a migration of its own, batch by batch along the primary key with a commit after each.
 * Undefined where the key is not known, where the statement joins or returns, and where later statements need its result.
 */
export function batchedFix(at: AnalysedStatement, file: FileContext, table: Relation | undefined, verb: 'update' | 'delete'): Fix | undefined {
  const key = table && keyOf(table);
  const parts = split(at.statement);
  if (!key || !parts || !file.scaffold || isNeededLater(at, file, table)) return undefined;
  const up = batched(table, key, parts, at.before);
  if (!parsesCleanly(up)) return undefined;
  const down = `-- A change of data is not undone: the earlier values are not known.\n`;
  const files = file.scaffold(`${verb === 'update' ? 'backfill' : 'delete_from'}_${table.name}`, up, down);
  const upFile = files[0];
  if (!upFile) return undefined;
  const wrapped = file.migration?.transaction === 'wrapped';
  const extra = wrapped ? [{ uri: upFile.uri.replace(/[^/]*$/, 'metadata.toml'), text: 'run_in_transaction = false\n' }] : [];
  return {
    title: `Move the ${verb} to a new migration that works in batches${wrapped ? ' and runs without a transaction' : ''}`,
    safety: 'review',
    edits: [{ uri: file.uri, edits: [removal(file, at.statement)] }],
    newFiles: [...files, ...extra],
  };
}

function keyOf(table: Relation): { readonly name: string; readonly type: string } | undefined {
  const primary = [...table.constraints.values()].find((c) => c.kind === 'primaryKey');
  const column = primary?.columns.length === 1 ? table.columns.get(primary.columns[0]!) : undefined;
  return column && { name: quoteIdent(column.name), type: typeName(column.type) };
}

/** A later statement of the file that works on the table may rest on the changed rows (SET NOT NULL, VALIDATE, DROP COLUMN). */
function isNeededLater(at: AnalysedStatement, file: FileContext, table: Relation): boolean {
  const later = file.statements.filter((s) => s.statement.index > at.statement.index);
  return later.some((s) => s.effect.locks.some((l) => l.relation === table.key));
}

function split(statement: Statement): Parts | undefined {
  const { node } = statement;
  const stmt = 'UpdateStmt' in node ? node.UpdateStmt : 'DeleteStmt' in node ? node.DeleteStmt : undefined;
  if (!stmt || stmt.withClause || statement.kind === 'UpdateStmt' && 'fromClause' in stmt && stmt.fromClause) return undefined;
  if ('usingClause' in stmt && stmt.usingClause) return undefined;
  const words = codeTokens(statement);
  if (words.some((t) => t.type === 'RETURNING')) return undefined;
  let depth = 0;
  for (const token of words) {
    if (token.type === 'ASCII_40') depth++;
    else if (token.type === 'ASCII_41') depth--;
    else if (depth === 0 && token.type === 'WHERE') {
      const start = statement.span.start;
      return { head: statement.text.slice(0, token.span.start - start).trimEnd(), where: statement.text.slice(token.span.end - start).trim() };
    }
  }
  return { head: statement.text.trimEnd(), where: undefined };
}

function batched(table: Relation, key: { readonly name: string; readonly type: string }, parts: Parts, catalog: Catalog): string {
  const found = catalog.relation(undefined, table.name)?.key === table.key;
  const name = found ? quoteIdent(table.name) : `${quoteIdent(table.schema)}.${quoteIdent(table.name)}`;
  const condition = `${key.name} >= batch_start AND ${key.name} <= batch_end`;
  const where = parts.where === undefined ? condition : `${condition}\n      AND (${indented(parts.where)})`;
  return `-- In batches along the primary key, each committed by itself: row locks are short, and vacuum can follow.
-- Has to run outside a transaction block. Running it again is harmless when the change itself is.
DO $lockstep$
DECLARE
  batch_size constant integer := ${BATCH};
  batch_start ${key.type};
  batch_end ${key.type};
BEGIN
  SELECT ${key.name} INTO batch_start FROM ${name} ORDER BY ${key.name} LIMIT 1;
  WHILE batch_start IS NOT NULL LOOP
    SELECT ${key.name} INTO batch_end
    FROM (SELECT ${key.name} FROM ${name} WHERE ${key.name} >= batch_start ORDER BY ${key.name} LIMIT batch_size) AS batch
    ORDER BY ${key.name} DESC
    LIMIT 1;
    ${indented(parts.head)}
    WHERE ${where};
    COMMIT;
    SELECT ${key.name} INTO batch_start FROM ${name} WHERE ${key.name} > batch_end ORDER BY ${key.name} LIMIT 1;
  END LOOP;
END
$lockstep$;
`;
}

function indented(sql: string): string {
  return sql.replace(/\r?\n/g, '\n    ');
}
