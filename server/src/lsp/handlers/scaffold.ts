import { counterpartOf, deriveDown, earlierThan, filesOf, templates } from '../../core/index.js';
import { newSet } from '../../tools/index.js';
import { editsOf, rangeOf } from '../convert.js';
import type {
  CounterpartParams,
  CounterpartResult,
  NewMigrationParams,
  NewMigrationResult,
  TemplateDto,
} from '../protocol.js';
import { type Asked, contextAt, type Workspace } from '../workspace.js';

/** The templates as the client offers them. */
export function templateList(): readonly TemplateDto[] {
  return templates.map(({ id, label, description, fields }) => ({ id, label, description, fields }));
}

/** Computes the files of a new migration; the client writes them. A template may need several migrations in a row. */
export async function newMigration(
  workspace: Workspace,
  params: NewMigrationParams,
  now: Date,
  asked: Asked,
): Promise<NewMigrationResult> {
  const template = templates.find((t) => t.id === params.template);
  if (!template) return { files: [], error: `There is no template "${params.template}".` };
  const set = params.folder ? workspace.modelOf(`${params.folder}/`).set(params.folder) : undefined;
  const target = set ?? emptySet(params);
  if (!target) return { files: [], error: 'Open a folder first: the migration needs a place to live in.' };
  const lockTimeout = workspace.rootOf(`${target.folder}/`)?.config.lockTimeout;
  const met = set && template.readsSchema ? await workspace.after(set.folder, asked) : undefined;
  const made = template.make({
    name: params.name,
    values: params.values,
    ...(lockTimeout === undefined ? {} : { lockTimeout }),
    ...(met ? { met } : {}),
  });
  if ('error' in made) return { files: [], error: made.error };
  return { files: filesOf(target, made.plan, now), error: undefined };
}

/** A folder that has no migrations yet: plain pairs, `migrations/` unless named. */
function emptySet(params: NewMigrationParams) {
  const folder = params.folder ?? (params.workspaceFolder && `${params.workspaceFolder.replace(/\/$/, '')}/migrations`);
  if (!folder) return undefined;
  return newSet(folder);
}

const NOWHERE: CounterpartResult = {
  uri: undefined,
  exists: false,
  direction: undefined,
  text: undefined,
  range: undefined,
  edit: undefined,
};

/** The other half of a migration. For a down that is not there yet also what it would say: the derived way back. */
export async function counterpartAt(
  workspace: Workspace,
  { uri, position }: CounterpartParams,
  asked: Asked,
): Promise<CounterpartResult> {
  const judged = await workspace.judged(uri, asked);
  if (!judged) return NOWHERE;
  const context = contextAt(judged, position ? judged.lines.offsetAt(position) : 0);
  const { set, migration, direction } = context;
  const other = set && migration && counterpartOf(set, migration, direction);
  if (!other) return NOWHERE;
  const { exists, offset, add } = other;
  const lines = workspace.lines(other.uri);
  const range = lines && rangeOf(lines, { start: offset, end: offset });
  const found = { uri: other.uri, exists, direction, range: exists ? range : undefined };
  if (exists || direction === 'down') return { ...found, text: undefined, edit: undefined };
  const { statements, mode } = context;
  const { text } = deriveDown(statements, { earlier: earlierThan(context), mode });
  const [edit] = add ? editsOf(judged.lines, [add(text)]) : [];
  return { ...found, text, edit };
}
