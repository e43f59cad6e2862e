import type { PgMajor } from '../../server/src/core/effects/effect.js';
import type { LedgerFact, ModelConfig, WorkspaceModel } from '../../server/src/core/model.js';
import { deriveDown } from '../../server/src/core/reversal/derive.js';
import { earlierThan } from '../../server/src/core/reversal/sources.js';
import { layoutNamed, layoutOf, modelOf } from './sets.js';

/** What the first lines of a fixture may say: `-- tool: diesel`, `-- pg: 12`, `-- before: CREATE TABLE …;` (repeatable), … */
export interface FixtureSetup {
  readonly tool: string;
  readonly layout: string;
  readonly pg: PgMajor;
  /** SQL of the migration before this one; none when empty. */
  readonly before: string;
  /** The other half of this migration; undefined: there is none; `derived`: the down that Lockstep writes. */
  readonly other: string | undefined;
  readonly direction: 'up' | 'down';
  readonly ledger: LedgerFact['state'] | undefined;
  /** Name of the migration, without its number. */
  readonly name: string;
  /** Further files of the folder: `-- file: 0003_other.sql: CREATE TABLE …;`. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export function setupOf(sql: string): FixtureSetup {
  const all = new Map<string, string[]>();
  for (const line of sql.split(/\r?\n/)) {
    const match = /^-- (tool|layout|pg|before|down|up|direction|ledger|name|file):\s*(.*)$/.exec(line);
    if (match) all.set(match[1]!, [...(all.get(match[1]!) ?? []), match[2]!]);
  }
  const one = (key: string) => all.get(key)?.join('\n');
  const tool = (one('tool') ?? 'plain') as string;
  return {
    tool,
    layout: (one('layout') ?? layoutOf(tool)) as string,
    pg: Number(one('pg') ?? 14) as PgMajor,
    before: one('before') ?? '',
    other: one('down') ?? one('up'),
    direction: (one('direction') ?? 'up') as 'up' | 'down',
    ledger: one('ledger') as LedgerFact['state'] | undefined,
    name: one('name') ?? 'change',
    files: (all.get('file') ?? []).map((line) => {
      const [path, ...text] = line.split(': ');
      return { path: path!, text: text.join(': ') };
    }),
  };
}

export interface FixtureWorld {
  readonly model: WorkspaceModel;
  /** URI of the fixture's file. */
  readonly uri: string;
  setFile(uri: string, text: string): void;
  readonly errors: readonly unknown[];
}

const ROOT = 'file:///work';
const FOLDER = 'migrations';

/** A workspace with one migration folder: an earlier migration when the fixture has one, and the fixture. */
export function fixtureWorld(sql: string, setup: FixtureSetup = setupOf(sql)): FixtureWorld {
  const config: ModelConfig = {
    pgVersion: setup.pg,
    rules: {},
    migrations: [{ folder: FOLDER, layout: setup.layout, tool: setup.tool }],
    baseline: undefined,
  };
  const errors: unknown[] = [];
  const model = modelOf(
    ROOT,
    config,
    () => new Date('2026-01-02T03:04:05Z'),
    (error) => errors.push(error),
  );
  const uriOf = (path: string) => `${ROOT}/${FOLDER}/${path}`;
  const setFile = (uri: string, text: string) => model.setFile(uri, uri.slice(ROOT.length + 1), text);
  if (setup.before !== '') {
    const layout = layoutNamed(setup.layout);
    const first = layout.paths('0001_start');
    const [up, down] = [setup.before, '-- nothing to undo'].map((text) => ({ sql: `${text}\n`, outside: false }));
    if (layout.compose) setFile(uriOf(first.up), layout.compose(up!, down!));
    else {
      setFile(uriOf(first.up), setup.before);
      setFile(uriOf(first.down), down!.sql.trim());
    }
  }
  const own = layoutNamed(setup.layout).paths(`0002_${setup.name}`);
  const uri = uriOf(own[setup.direction]);
  setFile(uri, sql);
  const other = uriOf(own[setup.direction === 'up' ? 'down' : 'up']);
  if (setup.other === 'derived') {
    const context = model.context(uri)!;
    setFile(other, deriveDown(context.statements, { earlier: earlierThan(context), mode: context.mode }).text);
  } else if (setup.other !== undefined) setFile(other, setup.other);
  for (const { path, text } of setup.files) setFile(uriOf(path), text);
  const { folder } = model.sets()[0]!;
  if (setup.ledger) {
    const { migration } = model.locate(uri)!;
    model.setLedger(folder, new Map([[migration.id, { state: setup.ledger, environment: 'local' }]]));
  }
  return { model, uri, setFile, errors };
}
