import type { AlterEnumStmt } from '@pgsql/types';
import { takeOut } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { newMigrations } from '../plans/newMigrations.js';
import { ROWS_STAY } from '../plans/plan.js';
import { deriveDown } from '../reversal/derive.js';
import { nameList, qualifiedName } from '../sql/tree.js';
import { quoteLiteral } from '../sql/write.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { usesOfValue } from '../statements/enumUse.js';
import { earlierInTransaction } from '../statements/sameTransaction.js';
import type { Rule } from './rule.js';

export const enumValueUsedInSameTransaction: Rule = {
  id: 'enum-value-used-in-same-transaction',
  title: 'New enum value used in the transaction that adds it',
  danger: 'fails',
  severity: 'error',
  statements: [
    'UpdateStmt',
    'InsertStmt',
    'DeleteStmt',
    'SelectStmt',
    'AlterTableStmt',
    'CreateStmt',
    'IndexStmt',
    'ViewStmt',
    'CreateTableAsStmt',
  ],
  directions: ['up', 'down'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES',
    'src/backend/utils/adt/enum.c: check_safe_enum_use',
  ],
  *check(at, file) {
    for (const added of addedValues(at, file)) {
      const [span] = usesOfValue(at, added.type, added.value);
      if (!span) continue;
      yield {
        span,
        message: `Fails with 55P04: ${quoteLiteral(added.value)} was added to ${added.type.name} in this transaction and cannot be used before it commits.`,
        detail:
          'ALTER TYPE … ADD VALUE may run in a transaction, but the new value can be used only after that has committed. Add the value in one migration and use it in the next one.' +
          (file.pg >= 17
            ? ' (From PostgreSQL 17 on, a type that was created in the same transaction is an exception.)'
            : ''),
        related: [
          { uri: file.uri, span: added.by.statement.span, message: `${quoteLiteral(added.value)} is added here.` },
        ],
        fixes: () => useLater(at, file, added),
      };
      return;
    }
  },
};

interface Added {
  readonly type: { readonly schema?: string; readonly name: string };
  readonly value: string;
  readonly by: AnalysedStatement;
}

function addedValues(at: AnalysedStatement, file: FileContext): readonly Added[] {
  return earlierInTransaction(at, file, 'AlterEnumStmt').flatMap((by) => {
    const stmt = 'AlterEnumStmt' in by.statement.node ? by.statement.node.AlterEnumStmt : undefined;
    if (!stmt?.newVal || stmt.oldVal !== undefined || isThere(by, stmt)) return [];
    const type = qualifiedName(nameList(stmt.typeName));
    const known = by.before.type(type.schema, type.name);
    // 17 lets a type that was made in the same transaction have usable new values.
    if (known?.origin.half === file.half && file.pg >= 17) return [];
    return [{ type, value: stmt.newVal, by }];
  });
}

/** IF NOT EXISTS, and it does: no value is added. */
function isThere({ before }: AnalysedStatement, stmt: AlterEnumStmt): boolean {
  const { schema, name } = qualifiedName(nameList(stmt.typeName));
  return stmt.skipIfNewValExists === true && before.type(schema, name)?.values.includes(stmt.newVal ?? '') === true;
}

/** Moves the use to the next migration, when nothing behind it works on the same tables. */
function useLater(at: AnalysedStatement, file: FileContext, added: Added): readonly Fix[] {
  const tables = new Set(at.effect.locks.map((l) => l.relation));
  const needed = file.statements.some(
    (s) => s.statement.index > at.statement.index && s.effect.locks.some((l) => tables.has(l.relation)),
  );
  if (needed || tables.size === 0 || file.script.errors.length > 0 || file.direction === 'down') return [];
  const down = deriveDown([at]).statements;
  const { edit, comments } = takeOut(file.script, at.statement);
  const newFiles = newMigrations(file, [
    {
      name: `use_${added.type.name}_${added.value}`,
      up: [...comments, at.statement.text],
      down: down.length > 0 ? down : ROWS_STAY,
    },
  ]);
  if (!newFiles) return [];
  return [
    {
      title: 'Use the value in a new migration',
      safety: 'review',
      edits: [{ uri: file.uri, edits: [edit] }],
      newFiles,
    },
  ];
}
