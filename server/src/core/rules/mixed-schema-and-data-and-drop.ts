import type { Fix } from '../fixes/fix.js';
import { ignoring } from '../fixes/ignore.js';
import { batchedFixes } from '../plans/batches.js';
import { dropLater, lastUse } from '../plans/laterDrop.js';
import { columnsIn, rangeVar } from '../sql/tree.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { type ColumnChange, columnChanges, writtenTable } from '../statements/columnDrops.js';
import type { Rule } from './rule.js';

export const mixedSchemaAndDataAndDrop: Rule = {
  id: 'mixed-schema-and-data-and-drop',
  title: 'Adds a column, moves the data and drops the old column in one migration',
  danger: 'breaks-clients',
  severity: 'warning',
  statements: [],
  directions: ['up'],
  sources: ['https://martinfowler.com/bliki/ParallelChange.html', 'strong_migrations: renaming a column'],
  covers: ['drop-column', 'drop-with-replacement'],
  *checkFile(file) {
    const dropped = columnChanges(file, 'AT_DropColumn');
    const added = dropped.length > 0 ? firstOf(columnChanges(file, 'AT_AddColumn')) : undefined;
    if (!added || added.size === 0) return;
    const moved = firstUses(file);
    for (const drop of dropped) {
      const moves = moved.get(drop.column);
      const written = moves && writtenTable(moves.statement);
      if (!written || moves.statement.index >= drop.at.statement.index) continue;
      const add = added.get(moves.before.relation(written.schema, written.name)?.key ?? written.name);
      if (!add || add.at.statement.index >= moves.statement.index) continue;
      yield {
        span: drop.span,
        message: `Drops ${drop.tableName}.${drop.column} right after copying it: running applications still use it, and there is no way back.`,
        detail:
          `Adding ${add.column}, filling it and dropping ${drop.column} are three steps with a release between each: expand (add, write both), migrate (fill in batches), ` +
          'contract (drop when nothing reads it any more). In one migration the ACCESS EXCLUSIVE lock of the first step lasts until the copy is done, and rows written meanwhile by the old application fail.',
        related: [
          { uri: file.uri, span: add.at.statement.span, message: `${add.column} is added here.` },
          { uri: file.uri, span: moves.statement.span, message: 'The data is moved here.' },
        ],
        fixes: () => [...inThree(moves, drop, file), ...dropLater(drop, file)],
      };
    }
  },
};

/** By table, the first column that is added to it. */
function firstOf(added: readonly ColumnChange[]): ReadonlyMap<string, ColumnChange> {
  return new Map(added.toReversed().map((change) => [change.table, change]));
}

/** By column, the first statement that names it and writes rows. */
function firstUses({ statements }: FileContext): ReadonlyMap<string, AnalysedStatement> {
  const uses = new Map<string, AnalysedStatement>();
  for (const at of statements) {
    if (!writtenTable(at.statement)) continue;
    for (const column of columnsIn(at.statement.node)) if (!uses.has(column)) uses.set(column, at);
  }
  return uses;
}

/** Expand here, migrate in batches, contract in a third: where the data moves within one table. */
function inThree(moves: AnalysedStatement, drop: ColumnChange, file: FileContext): readonly Fix[] {
  if (!('UpdateStmt' in moves.statement.node)) return [];
  const { schema, name } = rangeVar(moves.statement.node.UpdateStmt.relation);
  const fixes = batchedFixes(moves, file, { verb: 'update', walked: moves.before.relation(schema, name) });
  const { text } = drop.at.statement;
  const note = ignoring('drop-column', lastUse(drop));
  return fixes.map((fix) => ({
    ...fix,
    newFiles: fix.newFiles.map((f) => ({ ...f, text: f.text.replace(text, () => `${note}\n${text}`) })),
    title: 'Split into three migrations: add here, fill in batches, drop after the next release',
  }));
}
