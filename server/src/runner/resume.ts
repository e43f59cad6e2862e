import type { JournalRow } from '../tools/lib/journal.js';
import { hashOf, indexOf, type Part, usesTemporaryTables } from './parts.js';

/** Where a run begins, or goes on. */
export type Start =
  | { readonly ok: true; readonly done: ReadonlySet<number>; readonly begun: JournalRow | undefined }
  | { readonly ok: false; readonly reason: string };

/** What the notes mean for the file as it is now: which parts are done, and which one was begun. Parts go by their first statement. */
export function startOf(parts: readonly Part[], rows: readonly JournalRow[]): Start {
  const byIndex = new Map(parts.map((part) => [indexOf(part), part]));
  const done = new Set<number>();
  for (const row of rows.filter((r) => r.state === 'done')) {
    const part = byIndex.get(row.statement);
    if (!part || hashOf(part) !== row.hash) {
      const reason = `statement ${row.statement + 1} was run on ${row.at.slice(0, 10)} with another text than it has now. Restore that text`;
      return { ok: false, reason };
    }
    done.add(row.statement);
  }
  if (done.size > 0 && usesTemporaryTables(parts.flatMap((p) => p.statements))) {
    const reason =
      'it uses a temporary table, which is gone with the connection, so the rest cannot go on from it. Finish or undo it by hand';
    return { ok: false, reason };
  }
  const begun = rows.find((r) => r.state === 'begun');
  const part = begun && byIndex.get(begun.statement);
  // A statement that was corrected since is a new one.
  return { ok: true, done, begun: part && hashOf(part) === begun.hash ? begun : undefined };
}
