import { sqlText } from '../sql/sqlText.js';
import type { FileContext } from '../statements/analysed.js';
import { namesDependOnSession } from '../statements/nameResolution.js';
import type { NewFile } from '../text/change.js';
import { type Plan, upOf } from './plan.js';

/** The files of migrations to come after the last one; nothing outside a folder, or when something does not parse. */
export function newMigrations(file: FileContext, plan: Plan): readonly NewFile[] | undefined {
  // Names would mean something else there.
  if (namesDependOnSession(file)) return undefined;
  const migrations = file.set?.migrations ?? [];
  const forwardOnly = migrations.length > 1 && migrations.every((m) => !m.down);
  const out: NewFile[] = [];
  for (const [nth, planned] of plan.entries()) {
    const up = sqlText(upOf(planned));
    const down = sqlText(planned.down);
    if (up === undefined || down === undefined) return undefined;
    const files = file.scaffold?.(planned.name, `${up}\n`, `${down}\n`, nth);
    if (!files) return undefined;
    // Without a down where the folder has none at all.
    out.push(...files.filter((f) => f.role !== 'down' || !forwardOnly));
  }
  return out;
}
