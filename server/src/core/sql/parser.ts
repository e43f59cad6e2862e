import type { Node } from '@pgsql/types';
import { hasSqlDetails, loadModule, parseSync, type ScanToken, scanSync } from 'libpg-query';
import { codePointsToUtf8 } from '../text/utf8.js';
import { nestsTooDeep } from './depth.js';

/** One statement as PostgreSQL's parser saw it; offsets are UTF-8 bytes of the text that was parsed. */
export interface ParsedStatement {
  readonly kind: string;
  readonly node: Node;
  readonly start: number;
  /** `undefined`: to the end of the text. */
  readonly end: number | undefined;
}

export type ParseOutcome =
  | { readonly ok: true; readonly statements: readonly ParsedStatement[] }
  /** `at` is in UTF-8 bytes. */
  | { readonly ok: false; readonly message: string; readonly at: number };

const TOO_DEEP = 'this statement is nested too deeply to be read';

/** Loads the parser (WebAssembly) once; everything else here is synchronous after it. */
export function loadParser(): Promise<void> {
  return loadModule();
}

/** Parses with PostgreSQL's grammar. Never throws. */
export function parseSql(sql: string): ParseOutcome {
  if (sql === '') return { ok: true, statements: [] };
  if (nestsTooDeep(sql)) return { ok: false, message: TOO_DEEP, at: 0 };
  try {
    // A zero byte would end the text for the parser without a word; any control character is an error instead.
    const result = parseSync(sql.includes('\0') ? sql.replaceAll('\0', '\u0001') : sql);
    const statements: ParsedStatement[] = [];
    for (const raw of result.stmts ?? []) {
      const node = raw.stmt;
      const kind = node && Object.keys(node)[0];
      if (!node || !kind) continue;
      const start = raw.stmt_location ?? 0;
      statements.push({ kind, node, start, end: raw.stmt_len ? start + raw.stmt_len : undefined });
    }
    return { ok: true, statements };
  } catch (error) {
    if (hasSqlDetails(error)) {
      return { ok: false, message: error.message, at: codePointsToUtf8(sql, error.sqlDetails?.cursorPosition ?? 0) };
    }
    // Should it happen all the same (a caller that is deep in the stack itself).
    if (error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError')) {
      return { ok: false, message: TOO_DEEP, at: 0 };
    }
    return { ok: false, message: error instanceof Error ? error.message : String(error), at: 0 };
  }
}

/** Whether PostgreSQL's grammar takes the text, and it holds at least one statement. */
export function parsesCleanly(sql: string): boolean {
  const outcome = parseSql(sql);
  return outcome.ok && outcome.statements.length > 0;
}

/** Tokens with UTF-8 offsets; none when the text cannot be scanned. */
export function scanSql(sql: string): readonly ScanToken[] {
  try {
    return sql === '' ? [] : scanSync(sql).tokens;
  } catch {
    return [];
  }
}
