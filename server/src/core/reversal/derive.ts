import type { Catalog, Origin } from '../catalog/catalog.js';
import { rangeVar } from '../sql/names.js';
import { parsesCleanly } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import { joined, reverseStatement, type Step } from './statement.js';

export type { Step } from './statement.js';

/** The way back from an up script. */
export interface Derived {
  /** The down script, commented where something does not come back; ends with a newline. Parses. */
  readonly text: string;
  /** Its statements without semicolons, in order. */
  readonly statements: readonly string[];
  /** What it does not bring back, or why a statement has no way back. */
  readonly notes: readonly string[];
}

export interface DeriveOptions {
  /** The statement that an origin points at, in whatever file: gives back earlier definitions of views, functions, triggers. */
  readonly sourceOf?: (origin: Origin) => Statement | undefined;
}

/** Derives the down of an up script: every statement's reversal, last first. */
export function deriveDown(up: readonly Step[], _options: DeriveOptions = {}): Derived {
  const transient = droppedAgain(up);
  const blocks = [...up].reverse().map((step) => {
    const key = targetKey(step);
    const ours = key !== undefined && wasMadeIn(up, key) && !isRename(step);
    const reversal =
      ours || (step.statement.kind === 'CreateStmt' && transient.has(madeKey(step) ?? ''))
        ? undefined
        : reverseStatement(step);
    return reversal && verified(reversal);
  });
  const kept = blocks.filter((b) => b !== undefined && (b.statements.length > 0 || b.notes.length > 0)).map((b) => b!);
  const all = joined(kept);
  const statements = all.statements;
  const transaction = opensTransaction(up) && !statements.some((s) => / CONCURRENTLY /.test(s));
  const body = unique(
    kept.map(({ statements: sql, notes }) => [...notes.map((n) => `-- ${n}`), ...sql.map((s) => `${s};`)].join('\n')),
  );
  const head = statements.length > 0 ? timeouts(up) : [];
  const parts = [
    ...(transaction && statements.length > 0 ? ['BEGIN;'] : []),
    ...head,
    ...body,
    ...(transaction && statements.length > 0 ? ['COMMIT;'] : []),
  ];
  const text = parts.length > 0 ? `${parts.join('\n\n')}\n` : '';
  return { text, statements, notes: all.notes };
}

/** Only what PostgreSQL's grammar takes gets out; the rest is said in words. */
function verified(reversal: { readonly statements: readonly string[]; readonly notes: readonly string[] }) {
  if (reversal.statements.every((s) => parsesCleanly(s))) return reversal;
  return { statements: [], notes: [...reversal.notes, 'This statement is not undone by itself: write the statement.'] };
}

function unique(blocks: readonly string[]): readonly string[] {
  return blocks.filter((block, i) => !block.startsWith('--') || blocks.indexOf(block) === i);
}

/** Key of the relation that a statement changes or adds to; undefined for one that makes or drops a relation. */
function targetKey({ statement: { node }, before }: Step): string | undefined {
  const target =
    ('AlterTableStmt' in node && node.AlterTableStmt.relation) ||
    ('IndexStmt' in node && node.IndexStmt.relation) ||
    ('CreateTrigStmt' in node && node.CreateTrigStmt.relation) ||
    ('CreatePolicyStmt' in node && node.CreatePolicyStmt.table) ||
    ('InsertStmt' in node && node.InsertStmt.relation) ||
    ('UpdateStmt' in node && node.UpdateStmt.relation) ||
    ('DeleteStmt' in node && node.DeleteStmt.relation);
  if (!target) return dropTarget(node, before);
  const { schema, name } = rangeVar(target);
  return before.relation(schema, name)?.key;
}

/** The table of a DROP TABLE of one table, or of the index that is dropped. */
function dropTarget(node: Step['statement']['node'], before: Catalog): string | undefined {
  if (!('DropStmt' in node) || node.DropStmt.objects?.length !== 1) return undefined;
  const [object] = node.DropStmt.objects;
  const parts =
    object && 'List' in object
      ? object.List.items?.flatMap((i) => ('String' in i ? [i.String.sval ?? ''] : []))
      : undefined;
  const [name, schema] = [...(parts ?? [])].reverse();
  if (name === undefined) return undefined;
  if (node.DropStmt.removeType === 'OBJECT_TABLE') return before.relation(schema, name)?.key;
  return node.DropStmt.removeType === 'OBJECT_INDEX' ? before.index(schema, name)?.relation : undefined;
}

/** Whether the relation was not there before the first statement. */
function wasMadeIn(up: readonly Step[], key: string): boolean {
  return up[0] !== undefined && up[0].before.relationByKey(key) === undefined && up.some((s) => madeKey(s) === key);
}

function madeKey({ statement: { node }, before, after }: Step): string | undefined {
  const relation =
    'CreateStmt' in node
      ? node.CreateStmt.relation
      : 'CreateTableAsStmt' in node
        ? node.CreateTableAsStmt.into?.rel
        : undefined;
  if (!relation) return undefined;
  const { schema, name } = rangeVar(relation);
  const key = after.relation(schema, name)?.key;
  return key !== undefined && before.relationByKey(key) === undefined ? key : undefined;
}

/** Tables that the script makes and drops again. */
function droppedAgain(up: readonly Step[]): ReadonlySet<string> {
  const last = up.at(-1)?.after;
  const renames = up.some(isRename);
  return new Set(
    up.flatMap((s) => madeKey(s) ?? []).filter((key) => !renames && last?.relationByKey(key) === undefined),
  );
}

function isRename({ statement }: Step): boolean {
  return statement.kind === 'RenameStmt';
}

function opensTransaction(up: readonly Step[]): boolean {
  return up.some(
    ({ statement: { node } }) => 'TransactionStmt' in node && node.TransactionStmt.kind === 'TRANS_STMT_BEGIN',
  );
}

/** The timeouts that the up sets guard the down as well. */
function timeouts(up: readonly Step[]): readonly string[] {
  const set = up.filter(
    ({ statement: { node } }) =>
      'VariableSetStmt' in node &&
      /^(lock|statement)_timeout$/.test(node.VariableSetStmt.name ?? '') &&
      node.VariableSetStmt.kind === 'VAR_SET_VALUE',
  );
  const texts = [
    ...new Map(
      set
        .reverse()
        .map((s) => [
          'VariableSetStmt' in s.statement.node ? s.statement.node.VariableSetStmt.name : '',
          s.statement.text,
        ]),
    ).values(),
  ];
  return texts.length > 0 ? [texts.map((t) => `${t};`).join('\n')] : [];
}
