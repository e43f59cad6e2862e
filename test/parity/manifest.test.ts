import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commands } from '../../client/src/commands/index.js';
import { contextKeys } from '../../client/src/views/summary.js';
import { type JsonSchema, settings } from '../../server/src/config/schema.js';
import { GATED } from '../client/gated.js';

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}
interface Property extends JsonSchema {
  readonly scope?: string;
  readonly order?: number;
  readonly markdownDescription?: string;
  readonly enumDescriptions?: readonly string[];
}
interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category?: string;
      readonly enablement?: string;
    }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Property>> }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly keybindings?: readonly unknown[];
    readonly jsonValidation: readonly { readonly url: string }[];
    readonly snippets: readonly { readonly path: string }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
    readonly views: { readonly lockstep: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly contents: string; readonly when: string }[];
  };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifestText = read('package.json');
const manifest = JSON.parse(manifestText) as Manifest;
const nls = JSON.parse(read('package.nls.json')) as Readonly<Record<string, string>>;
const { contributes } = manifest;
const contributed = contributes.commands.map((c) => c.command);
const properties = Object.assign({}, ...contributes.configuration.map((c) => c.properties)) as Readonly<
  Record<string, Property>
>;
const sources = ['client/src', 'client/src/commands', 'client/src/ui', 'client/src/views'].flatMap((dir) =>
  readdirSync(path.join(root, dir))
    .filter((f) => f.endsWith('.ts'))
    .map((f) => ({ file: `${dir}/${f}`, text: read(`${dir}/${f}`) })),
);

/** Named by the server's lenses and fixes with their arguments; of no use in a palette. */
const INTERNAL = ['lockstep.applyChange', 'lockstep.focusMigration', 'lockstep.selectText', 'lockstep.showRule'];

test('every contributed command is registered, and every registered one contributed or internal', () => {
  assert.deepEqual([...contributed, ...INTERNAL].sort(), Object.keys(commands).sort());
});

test('every command has the category Lockstep', () => {
  for (const c of contributes.commands) assert.equal(c.category, 'Lockstep', c.command);
});

test('menus, welcome texts and code name commands that exist', () => {
  for (const [menu, items] of Object.entries(contributes.menus)) {
    for (const { command } of items) assert.ok(contributed.includes(command), `${menu}: ${command}`);
  }
  const known = new Set([...Object.keys(commands), 'lockstep.migrations.focus']);
  const named = [
    ...Object.values(nls).flatMap((t) => t.match(/(?<=command:)lockstep\.\w+/g) ?? []),
    ...sources.flatMap(({ text }) => text.match(/(?<=(?:executeCommand\(|command = )')lockstep\.[\w.]+/g) ?? []),
  ];
  assert.ok(named.length > 2);
  for (const command of named) assert.ok(known.has(command), command);
});

test('settings are those of the schema: same keys, types, defaults and values', () => {
  assert.deepEqual(
    Object.keys(properties).sort(),
    Object.keys(settings)
      .map((k) => `lockstep.${k}`)
      .sort(),
  );
  for (const [key, { schema }] of Object.entries(settings)) {
    const {
      scope: _s,
      order: _o,
      markdownDescription: _m,
      enumDescriptions: _e,
      ...rest
    } = properties[`lockstep.${key}`]!;
    const { description: _d, ...expected } = schema as JsonSchema;
    assert.deepEqual(rest, expected, key);
  }
});

test('every setting has a scope, an order and a description; those that choose a database or a host are restricted', () => {
  const restricted = new Set(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations);
  for (const [key, property] of Object.entries(properties)) {
    assert.ok(property.scope && property.order && property.markdownDescription, key);
    if (property.scope === 'machine-overridable') assert.ok(restricted.has(key), key);
  }
  for (const key of restricted) assert.ok(key in properties, key);
  // What loosens a safeguard is not for the settings of a repository, trusted or not: .vscode/settings.json comes with it.
  for (const [key, { inFile }] of Object.entries(settings)) {
    if (!inFile) assert.equal(properties[`lockstep.${key}`]?.scope, 'machine', key);
  }
  assert.equal(properties['lockstep.connectOnOpen']?.default, false);
});

test('every key of a when clause is set by the client or by VS Code', () => {
  const builtIn = [
    'view',
    'viewItem',
    'isWorkspaceTrusted',
    'virtualWorkspace',
    'workspaceFolderCount',
    'resourceScheme',
    'resourcePath',
    'explorerResourceIsFolder',
    'false',
    'in',
    'file',
  ];
  const known = new Set([
    ...builtIn,
    'lockstep.migrations',
    ...Object.keys(contextKeys({ revision: 1, folders: [], environments: [], obvious: undefined, problems: [] })),
    'lockstep.files',
    'lockstep.folders',
  ]);
  const set = sources.map(({ text }) => text).join();
  for (const key of ['lockstep.files', 'lockstep.folders'])
    assert.ok(new RegExp(`setContext\\(\\s*'${key}'`).test(set), `setContext(${key})`);
  const clauses = [
    ...Object.values(contributes.menus).flatMap((items) => items.map((i) => i.when ?? '')),
    ...contributes.viewsWelcome.map((w) => w.when),
    ...contributes.commands.map((c) => c.enablement ?? ''),
  ];
  for (const clause of clauses) {
    const words = clause.replaceAll(/=~ \/.*?\/(?= |$|\))/g, '').match(/[A-Za-z][\w.]*/g) ?? [];
    for (const word of words) assert.ok(known.has(word), `${word} in ${clause}`);
  }
});

test('commands that need a tree node or a file are hidden from the palette, and those that need trust say so', () => {
  const palette = new Map(contributes.menus.commandPalette!.map((i) => [i.command, i.when ?? '']));
  const everywhere = ['newMigration', 'chooseFolder', 'refresh', 'forgetPassword', 'restart', 'showLog'].map(
    (c) => `lockstep.${c}`,
  );
  for (const command of contributed) assert.ok(palette.has(command) || everywhere.includes(command), command);
  for (const command of GATED) {
    assert.match(palette.get(`lockstep.${command}`)!, /isWorkspaceTrusted/, command);
  }
});

test('nothing is activated by everything, and no key is bound', () => {
  for (const event of manifest.activationEvents) assert.match(event, /^(workspaceContains|onLanguage):./);
  assert.equal(contributes.keybindings, undefined);
});

test('every text key of the manifest has its text, and no text is left over', () => {
  const used = new Set(manifestText.match(/(?<="%)[\w.]+(?=%")/g));
  assert.deepEqual([...used].sort(), Object.keys(nls).sort());
});

test('every file that the manifest lists exists and the icon is a PNG of 256 px', () => {
  const files = [
    manifest.icon,
    ...contributes.jsonValidation.map((j) => j.url),
    ...contributes.snippets.map((s) => s.path),
    ...contributes.viewsContainers.activitybar.map((v) => v.icon),
    ...contributes.views.lockstep.map((v) => v.icon),
  ];
  for (const file of files) assert.ok(existsSync(path.join(root, file)), file);
  const png = readFileSync(path.join(root, manifest.icon));
  assert.equal(png.toString('latin1', 1, 4), 'PNG');
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [256, 256]);
});

test('the types are those of the oldest VS Code that the manifest allows', () => {
  assert.equal(`^${manifest.devDependencies['@types/vscode']}`, manifest.engines.vscode);
});

test('dialogs and messages are shown by ui/prompts.ts only, progress by ui/progress.ts, the status bar by ui/status.ts', () => {
  const owners: readonly (readonly [RegExp, string])[] = [
    [
      /\bwindow\.show(Information|Warning|Error)Message|\bwindow\.show(QuickPick|InputBox|OpenDialog|SaveDialog)|\bwindow\.create(QuickPick|InputBox)/,
      'client/src/ui/prompts.ts',
    ],
    [/\bwindow\.withProgress/, 'client/src/ui/progress.ts'],
    [/\bcreateStatusBarItem/, 'client/src/ui/status.ts'],
  ];
  for (const [pattern, owner] of owners) {
    assert.deepEqual(
      sources.filter(({ text }) => pattern.test(text)).map((s) => s.file),
      [owner],
    );
  }
});

test('of the server the client imports the protocol only, and commands know no VS Code', () => {
  for (const { file, text } of sources) {
    for (const [, from] of text.matchAll(/from '([^']*server[^']*)'/g)) {
      assert.match(from!, /\/server\/src\/lsp\/protocol\.js$/, file);
    }
    if (file.startsWith('client/src/commands')) assert.doesNotMatch(text, /from 'vscode'/, file);
  }
});
