import type { FolderDto, MigrationDto, MigrationState, StatusResult } from '../../../server/src/lsp/protocol.js';
import { ago, countOf, duration } from '../labels.js';

/** What one line of the tree shows. Plain data: `tree.ts` turns it into VS Code's items. */
export interface TreeNode {
  /** Stable over refreshes, so that selection and expansion stay. */
  readonly key: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: readonly string[];
  /** Words that `when` clauses look for. */
  readonly context: string;
  readonly icon: { readonly name: string; readonly color: string | undefined } | undefined;
  /** A sentence for screen readers. */
  readonly spoken: string;
  readonly expanded: boolean | undefined;
  readonly children: readonly TreeNode[];
  /** File to open on click. */
  readonly open: string | undefined;
  readonly command: { readonly id: string; readonly title: string; readonly args: readonly unknown[] } | undefined;
  /** For commands called on the node: the migration folder, and the migration's id. */
  readonly folder: string;
  readonly id: string | undefined;
}

type Icon = NonNullable<TreeNode['icon']>;

const WARNING = 'list.warningForeground';
const LOOKS: Readonly<Record<MigrationState, { readonly icon: Icon; readonly words: string }>> = {
  applied: { icon: { name: 'pass', color: 'testing.iconPassed' }, words: 'applied' },
  pending: { icon: { name: 'circle-large-outline', color: undefined }, words: 'pending' },
  outOfOrder: { icon: { name: 'arrow-swap', color: WARNING }, words: 'out of order' },
  modified: { icon: { name: 'diff-modified', color: WARNING }, words: 'edited after apply' },
  missing: { icon: { name: 'question', color: WARNING }, words: 'file is missing' },
  failed: { icon: { name: 'error', color: 'testing.iconFailed' }, words: 'failed' },
  unknown: { icon: { name: 'file', color: undefined }, words: 'not known' },
};
/** Where the words would be cut off in a narrow side bar; the tooltip has them in full. */
const SHORT: Readonly<Partial<Record<MigrationState, string>>> = { modified: 'edited', missing: 'no file' };
const ATTENTION: ReadonlySet<MigrationState> = new Set(['failed', 'modified', 'missing', 'outOfOrder']);

/** Longer groups start closed: the pending ones matter more than a year of history. */
const MANY = 25;

/** The nodes of the view: one a folder, or what is in it when it is the only one. `now`: what times are told from. */
export function treeOf(status: StatusResult, trusted: boolean, now: Date): readonly TreeNode[] {
  const [only, second] = status.folders;
  const refused = only ? status.problems.map((problem, i) => refusedNode(only, problem, i)) : [];
  if (only && !second) return [...refused, ...contentOf(only, trusted, now)];
  return [...refused, ...status.folders.map((folder) => folderNode(folder, trusted, now))];
}

/** A connection that stands somewhere and cannot be used. */
function refusedNode(folder: FolderDto, problem: string, index: number): TreeNode {
  const label = 'A connection cannot be used';
  return {
    ...base(folder, `refused:${index}`),
    label,
    description: problem,
    tooltip: [label, problem],
    context: 'refused',
    icon: { name: 'warning', color: WARNING },
    spoken: `${label}. ${problem}`,
  };
}

function folderNode(folder: FolderDto, trusted: boolean, now: Date): TreeNode {
  const environment = folder.environment && folder.database.state === 'ok' ? folder.environment.title : 'not connected';
  const pending = folder.pendingCount > 0 ? `, ${folder.pendingCount} pending` : '';
  return {
    ...base(folder, 'folder'),
    label: folder.label,
    description: environment,
    tooltip: [folder.label, ...environmentLines(folder), `Layout: ${folder.layout}, tool: ${folder.tool}`],
    context: words('folder', folder.canApply && 'canApply', folder.canRollBack && 'canRollBack'),
    icon: { name: 'database', color: undefined },
    spoken: `Migration folder ${folder.label}, ${environment}${pending}.`,
    expanded: true,
    children: contentOf(folder, trusted, now),
  };
}

function contentOf(folder: FolderDto, trusted: boolean, now: Date): readonly TreeNode[] {
  const { migrations } = folder;
  const node = (m: MigrationDto): TreeNode => migrationNode(folder, m, now);
  const of = (state: MigrationState) => migrations.filter((m) => m.state === state);
  const attention = [
    ...folder.problems.map((p, i) => problemNode(folder, p, i)),
    ...migrations.filter((m) => ATTENTION.has(m.state)).map(node),
  ];
  const unknown = of('unknown').map(node);
  return [
    ...noteNodes(folder, trusted),
    ...group(folder, 'Attention', attention, attention.length === 1 ? 'needs attention' : 'need attention'),
    ...group(folder, 'Pending', of('pending').map(node), 'pending'),
    ...group(folder, 'Applied', of('applied').reverse().map(node), 'applied'),
    ...group(folder, 'Migrations', unknown, 'in the folder'),
  ];
}

function group(folder: FolderDto, name: string, children: readonly TreeNode[], what: string): readonly TreeNode[] {
  if (children.length === 0) return [];
  return [
    {
      ...base(folder, `group:${name}`),
      label: name,
      description: String(children.length),
      context: words('group', name.toLowerCase(), folder.canApply && 'canApply'),
      spoken: `${name}: ${countOf(children.length, 'migration')} ${what}.`,
      expanded: name !== 'Applied' || children.length <= MANY,
      children,
    },
  ];
}

function migrationNode(folder: FolderDto, migration: MigrationDto, now: Date): TreeNode {
  const { state, label, turn } = migration;
  const isNext = turn === 'next';
  const isLast = turn === 'last';
  const look = LOOKS[state];
  const description = descriptionOf(migration, now);
  const failed = migration.failure === undefined ? '' : `failed when it was last run: ${migration.failure}`;
  return {
    ...base(folder, `migration:${migration.id}`),
    id: migration.id,
    label,
    description,
    tooltip: tooltipOf(folder, migration, look.words),
    context: words(
      'migration',
      state,
      migration.upUri !== undefined && 'up',
      migration.downUri !== undefined && 'down',
      folder.canApply && 'canApply',
      isNext && 'next',
      isLast && 'last',
      isLast && folder.canRollBack && 'canRollBack',
    ),
    icon: failed
      ? LOOKS.failed.icon
      : isNext && state === 'pending'
        ? { name: 'arrow-circle-right', color: 'charts.blue' }
        : look.icon,
    spoken: `${label}, ${[...spokenState(migration), state === 'applied' ? description : '', migration.note ?? '', failed].filter((s) => s !== '').join(', ')}`,
    open: migration.upUri ?? migration.downUri,
  };
}

function spokenState({ state, turn }: MigrationDto): readonly string[] {
  if (turn !== 'next') return [LOOKS[state].words];
  return state === 'pending' ? ['next to apply'] : [LOOKS[state].words, 'next to apply'];
}

function descriptionOf(migration: MigrationDto, now: Date): string {
  const { state } = migration;
  if (state === 'unknown') return '';
  // The groups say what is pending or applied; the side bar is narrow.
  const failed = migration.failure === undefined ? [] : ['failed'];
  const next = migration.turn === 'next' ? ['next'] : [];
  if (state === 'pending') return [...next, ...failed].join(' · ');
  if (state !== 'applied') return [SHORT[state] ?? LOOKS[state].words, ...next].join(' · ');
  const when = migration.appliedAt === undefined ? [] : [ago(migration.appliedAt, now)];
  const took = migration.executionMs === undefined ? [] : [duration(migration.executionMs)];
  return [...when, ...took, ...(failed.length > 0 ? ['rollback failed'] : [])].join(' · ');
}

function tooltipOf(folder: FolderDto, migration: MigrationDto, state: string): readonly string[] {
  const when = migration.appliedAt?.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  const at = when === undefined ? '' : migration.state === 'applied' ? ` on ${when}` : `, applied on ${when}`;
  const took = migration.executionMs === undefined ? '' : `, took ${duration(migration.executionMs)}`;
  return [
    migration.label,
    `Version ${migration.number}: ${state}${at}${took}`,
    ...(migration.note === undefined ? [] : [migration.note]),
    ...(migration.failure === undefined ? [] : [`Failed when it was last run: ${migration.failure}`]),
    migration.downUri === undefined ? 'No down file' : 'Has a down file',
    ...environmentLines(folder),
  ];
}

const environmentLines = (folder: FolderDto): readonly string[] =>
  folder.environment === undefined
    ? []
    : [
        `Database: ${folder.environment.sentence}${folder.database.serverVersion === undefined ? '' : `, PostgreSQL ${folder.database.serverVersion}`}`,
      ];

function problemNode(folder: FolderDto, problem: FolderDto['problems'][number], index: number): TreeNode {
  const name = safeDecode(problem.uri.split('/').at(-1) ?? '');
  return {
    ...base(folder, `problem:${index}:${problem.uri}`),
    label: name,
    description: problem.message,
    tooltip: [name, problem.message],
    context: 'problem',
    icon: { name: 'warning', color: WARNING },
    spoken: `${name}: ${problem.message}`,
    open: problem.uri,
  };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Why nothing is known of the database, and the step that leads on. */
function noteNodes(folder: FolderDto, trusted: boolean): readonly TreeNode[] {
  const note = (
    label: string,
    description: string,
    icon: Icon,
    command: string,
    title: string,
  ): readonly TreeNode[] => [
    {
      ...base(folder, 'note'),
      label,
      description,
      tooltip: [label, ...(description === '' ? [] : [description]), ...environmentLines(folder)],
      context: 'note',
      icon,
      spoken: `${label}${description === '' ? '' : `. ${description}`}`,
      command: { id: command, title, args: command === 'lockstep.connect' ? [{ folder: folder.folder }] : [] },
    },
  ];
  const { state, message } = folder.database;
  if (state === 'ok') return [];
  if (!trusted) {
    return note(
      'Trust this workspace to connect',
      'checks work without',
      { name: 'workspace-untrusted', color: undefined },
      'workbench.trust.manage',
      'Manage Workspace Trust',
    );
  }
  if (state === 'error') {
    return note(
      'The database cannot be read',
      message ?? '',
      { name: 'error', color: 'list.errorForeground' },
      'lockstep.connect',
      'Connect',
    );
  }
  return note(
    'Connect to see what is applied',
    folder.environment ? folder.environment.title : '',
    { name: 'plug', color: undefined },
    'lockstep.connect',
    'Connect',
  );
}

const words = (...parts: readonly (string | false)[]): string => parts.filter((p) => typeof p === 'string').join(' ');

function base(folder: FolderDto, key: string): TreeNode {
  return {
    key: `${folder.folder}#${key}`,
    label: '',
    description: '',
    tooltip: [],
    context: '',
    icon: undefined,
    spoken: '',
    expanded: undefined,
    children: [],
    open: undefined,
    command: undefined,
    folder: folder.folder,
    id: undefined,
  };
}
