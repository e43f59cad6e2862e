import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../../client/src/commands/index.js';
import type { EnvironmentDto, PlanResult, QuestionDto } from '../../server/src/lsp/protocol.js';
import { type Fake, fake, folder, LOCAL, migration, statusWith, type World } from './fake.js';
import { GATED } from './gated.js';

const TWO = statusWith(
  folder([migration('1', 'a', 'applied'), migration('2', 'b', 'pending'), migration('3', 'c', 'pending')]),
);
const ON = { folder: 'file:///w/migrations', id: '2' };

const PREVIEW = { title: 'Apply on dev', text: 'SELECT 1;' };
const CLICK: QuestionDto = {
  message: 'Apply 2 migrations on local/app_dev?',
  detail: 'Database: 127.0.0.1:5432/app_dev as app (local)\n\n2 b: ACCESS EXCLUSIVE on users',
  action: 'Apply 2 Migrations',
  preview: PREVIEW,
  typed: undefined,
};
const TYPED: QuestionDto = { ...CLICK, typed: { title: 'Apply to staging', prompt: 'Type app.', word: 'app_dev' } };

/** What the server says of a plan that may be carried out. */
function ready(question: QuestionDto | undefined, ...versions: readonly string[]): PlanResult {
  const steps = versions.map((id) => ({ id, uri: `file:///w/migrations/${id}_x.up.sql` }));
  return { verdict: 'ready', message: '', title: 'local/app_dev', question, steps };
}

async function run(id: string, world: World, ...args: readonly unknown[]): Promise<Fake> {
  const f = fake(world);
  await commands[`lockstep.${id}`]!(f.context, ...args);
  return f;
}

const changes = (f: Fake): readonly string[] =>
  f.calls.filter((c) => /^(run|create|add|password|forget|select|connect|folder)\b/.test(c));
const SHARED = { ...LOCAL, kind: 'shared' as const, label: 'staging' };
const unconnected = (environment: EnvironmentDto | undefined) =>
  folder([migration('1', 'a', 'unknown')], {
    environment,
    database: { state: 'notAsked', message: undefined, needsPassword: false, serverVersion: undefined },
  });

// Every flow that asks something, with every question dismissed.
const dismissed: readonly (readonly [id: string, world: World, arg?: unknown])[] = [
  ['newMigration', { status: TWO }],
  ['newMigration', { status: TWO, answers: { input: ['add_x'] } }],
  ['newMigration', { status: TWO, answers: { input: ['add_x'], pick: ['Add column'] } }],
  ['newMigrationHere', { status: TWO }, { scheme: 'file', toString: () => 'file:///w/migrations' }],
  ['newMigration', { status: statusWith(folder([]), folder([], { folder: 'file:///w/other' })) }],
  ['applyAll', { status: TWO, plan: ready(CLICK, '2', '3') }],
  ['applyAll', { status: TWO, plan: ready(CLICK, '2', '3'), answers: { confirm: ['Preview SQL'] } }],
  ['applyUpTo', { status: TWO, plan: ready(CLICK, '2') }, ON],
  ['applyUpTo', { status: TWO, plan: ready(CLICK, '2') }],
  ['applyNext', { status: TWO, plan: ready(TYPED, '2') }],
  ['applyNext', { status: TWO, plan: ready(TYPED, '2'), answers: { confirm: [CLICK.action] } }],
  ['applyNext', { status: TWO, plan: ready(TYPED, '2'), answers: { confirm: [CLICK.action], input: ['yes'] } }],
  ['rollBack', { status: TWO, plan: ready(CLICK, '1') }],
  ['rollBack', { status: TWO, plan: ready(CLICK, '1'), answers: { confirm: ['Preview SQL'] } }],
  [
    'applyNext',
    { status: statusWith(folder([]), folder([], { folder: 'file:///w/other' })), plan: ready(undefined, '2') },
  ],
  [
    'rollBack',
    { status: statusWith(folder([]), folder([], { folder: 'file:///w/other' })), plan: ready(undefined, '2') },
  ],
  [
    'applyNext',
    {
      status: {
        revision: 1,
        folders: [unconnected(undefined)],
        environments: [LOCAL],
        obvious: undefined,
        problems: [],
      },
    },
  ],
  [
    'connect',
    { status: { revision: 1, folders: [], environments: [LOCAL, SHARED], obvious: undefined, problems: [] } },
  ],
  ['connect', { status: { revision: 1, folders: [], environments: [], obvious: undefined, problems: [] } }],
  ['selectEnvironment', { status: TWO }],
  ['addConnection', { status: TWO }],
  ['addConnection', { status: TWO, answers: { input: ['localhost', '5432', 'app', 'me', ''] } }],
  [
    'addConnection',
    { status: TWO, answers: { input: ['localhost', '5432', 'app', 'me', ''], pick: ['Local', 'Prefer'] } },
  ],
  ['testConnection', { status: TWO }],
  ['forgetPassword', { status: TWO }],
  ['chooseFolder', { status: TWO }],
  [
    'openCounterpart',
    {
      status: TWO,
      active: 'file:///w/migrations/1_a.up.sql',
      counterpart: { uri: 'file:///w/migrations/1_a.down.sql', exists: false, direction: 'up', text: 'DROP TABLE a;' },
    },
  ],
];
for (const [id, world, arg] of dismissed) {
  const given = JSON.stringify(world.answers ?? {});
  test(`${id} after ${given}: dismissing the next question changes nothing`, async () => {
    const f = await run(id, world, ...(arg === undefined ? [] : [arg]));
    assert.deepEqual(changes(f), []);
  });
}

test('a password question that is dismissed leaves the selection as it is', async () => {
  const environment = { ...LOCAL, hasPassword: false };
  const f = fake({
    status: {
      revision: 1,
      folders: [unconnected(environment)],
      environments: [environment],
      obvious: environment.id,
      problems: [],
    },
  });
  const context = { ...f.context, connections: { ...f.context.connections, hasPassword: async () => false } };
  await commands['lockstep.connect']!(context);
  assert.equal(f.asked.length, 1);
  assert.equal(f.asked[0]!.password, true);
  assert.deepEqual(changes(f), []);
});

test('a connection that fails offers another password, and asks for it', async () => {
  const error = {
    state: 'error',
    message: 'password authentication failed',
    needsPassword: true,
    serverVersion: undefined,
  } as const;
  const refused = folder([], { environment: LOCAL, database: error });
  const f = fake({
    status: { revision: 1, folders: [refused], environments: [LOCAL], obvious: LOCAL.id, problems: [] },
    answers: { press: ['Change Password…'], input: ['better'] },
  });
  await commands['lockstep.connect']!(f.context);
  await new Promise((r) => setTimeout(r, 10));
  assert.match(f.said[0]!, /^error: password authentication failed/);
  assert.deepEqual(changes(f).slice(0, 4), [
    'select dev *',
    'connect',
    'forget dev',
    'select dev file:///w/migrations',
  ]);
});

for (const id of GATED) {
  test(`${id} is refused in an untrusted workspace, with a reason`, async () => {
    const f = await run(id, { status: TWO, trusted: false, plan: ready(undefined, '2') }, ON);
    assert.deepEqual(f.calls, []);
    assert.match(f.said.join(), /not trusted/);
  });
}

test('refreshing an untrusted workspace reads files only', async () => {
  assert.deepEqual((await run('refresh', { status: TWO, trusted: false })).calls, []);
  assert.deepEqual((await run('refresh', { status: TWO })).calls, ['connect']);
});

test('rolling back on a local database is one click: no question, one run, one message', async () => {
  const f = await run('rollBack', { status: TWO, plan: ready(undefined, '1') });
  assert.deepEqual(f.calls, ['plan down "last"', 'save 1', 'run down 1']);
  assert.deepEqual(f.said, ['info: Done.']);
});

test('applying the next migration on a local database asks nothing', async () => {
  const f = await run('applyNext', { status: TWO, plan: ready(undefined, '2') });
  assert.deepEqual(f.calls, ['plan up "next"', 'save 1', 'run up 2']);
});

test('what the server asks is asked, word for word, and what was confirmed runs', async () => {
  const f = await run('applyAll', { status: TWO, plan: ready(CLICK, '2', '3'), answers: { confirm: [CLICK.action] } });
  assert.equal(f.said[0], `confirm: ${CLICK.message} | ${CLICK.detail}`);
  assert.equal(f.calls.at(-1), 'run up 2,3');
});

test('the preview button of the question shows the SQL and runs nothing', async () => {
  const f = await run('applyAll', { status: TWO, plan: ready(CLICK, '2', '3'), answers: { confirm: ['Preview SQL'] } });
  assert.deepEqual(f.calls, ['plan up "all"', 'preview Apply on dev']);
});

test('where a click is too little the same question comes first, and what was typed goes to the server', async () => {
  const answers = { confirm: [CLICK.action], input: ['app_dev'] };
  const f = await run('applyNext', { status: TWO, plan: ready(TYPED, '2'), answers });
  assert.equal(f.said[0], `confirm: ${CLICK.message} | ${CLICK.detail}`);
  assert.deepEqual(
    f.asked.map((a) => [a.title, a.prompt]),
    [['Apply to staging', 'Type app.']],
  );
  assert.deepEqual(changes(f), ['run up 2 app_dev']);
});

test('the verdict of the server is said as it is: the client has none of its own', async () => {
  for (const [verdict, kind] of [
    ['refused', 'error'],
    ['idle', 'info'],
  ] as const) {
    const plan: PlanResult = { ...ready(CLICK, '2'), verdict, message: 'The server says why.' };
    const f = await run('applyAll', { status: TWO, plan, answers: { confirm: [CLICK.action] } });
    assert.deepEqual(changes(f), [], verdict);
    assert.deepEqual(f.said, [`${kind}: The server says why.`]);
  }
  // Whatever the status calls the database: the plan decides.
  const production = statusWith(
    folder([migration('2', 'b', 'pending')], { environment: { ...LOCAL, kind: 'production' } }),
  );
  assert.deepEqual(changes(await run('applyNext', { status: production, plan: ready(undefined, '2') })), ['run up 2']);
});

test('a preview is what the server makes of it, or why there is none', async () => {
  const shown = await run('preview', { status: TWO, preview: { preview: PREVIEW, message: '' } }, ON);
  assert.deepEqual(shown.calls, ['ask for a preview of 2', 'preview Apply on dev']);
  const none = await run('preview', { status: TWO, preview: { preview: undefined, message: 'Nothing is pending.' } });
  assert.deepEqual(none.calls, ['ask for a preview of all']);
  assert.deepEqual(none.said, ['info: Nothing is pending.']);
});

test('a failure opens the file at the statement and shows one error', async () => {
  const range = { start: { line: 4, character: 2 }, end: { line: 4, character: 9 } };
  const failure = {
    id: '2',
    uri: 'file:///w/2.sql',
    range,
    message: 'no such table',
    detail: undefined,
    hint: undefined,
    code: '42P01',
  };
  const result = {
    outcome: 'failed' as const,
    message: 'Migration 2 failed and was undone.',
    completed: [],
    failure,
    next: undefined,
  };
  const f = await run('applyNext', { status: TWO, plan: ready(undefined, '2'), result });
  assert.equal(f.calls.at(-1), 'open file:///w/2.sql at 4:2');
  assert.deepEqual(f.said, ['error: Migration 2 failed and was undone.']);
});

test('what an interrupted run asks for is asked, and the run goes on as the server says', async () => {
  const question = { ...CLICK, message: 'Go on?', detail: 'It is INVALID.', action: 'Go On', preview: undefined };
  const next = { question, accept: 'DROP INDEX i', expected: ['3'] };
  const stopped = { outcome: 'failed', message: 'It is INVALID.', completed: [], failure: undefined, next } as const;
  const world = { status: TWO, plan: ready(undefined, '2', '3'), result: stopped };
  const yes = await run('applyNext', { ...world, answers: { confirm: ['Go On'] } });
  assert.deepEqual(
    yes.calls.filter((c) => c.startsWith('run')),
    ['run up 2,3', 'run up 3 accepting DROP INDEX i'],
  );
  assert.deepEqual(yes.said, ['confirm: Go on? | It is INVALID.', 'info: Done.']);
  const no = await run('applyNext', { ...world, answers: { confirm: [undefined] } });
  assert.deepEqual(
    no.calls.filter((c) => c.startsWith('run')),
    ['run up 2,3'],
  );
});

test('nothing runs when a changed file cannot be saved', async () => {
  const f = fake({ status: TWO, plan: ready(undefined, '2') });
  await commands['lockstep.applyNext']!({ ...f.context, editor: { ...f.context.editor, save: async () => false } });
  assert.deepEqual(changes(f), []);
});

test('applying without a connection connects first, because the click asked for it', async () => {
  const f = await run('applyNext', {
    status: { revision: 1, folders: [unconnected(LOCAL)], environments: [LOCAL], obvious: undefined, problems: [] },
  });
  assert.deepEqual(f.calls, ['select dev file:///w/migrations', 'publish', 'connect']);
});

test('a new migration asks for name, template and values, creates both files and opens them side by side', async () => {
  const f = await run('newMigration', { status: TWO, answers: { input: ['add_x', 'users'], pick: ['Add column'] } });
  assert.deepEqual(f.calls, [
    'new add_x addColumn {"table":"users"}',
    'create file:///w/migrations/3_x.up.sql file:///w/migrations/3_x.down.sql',
    'side file:///w/migrations/3_x.up.sql file:///w/migrations/3_x.down.sql',
  ]);
});

test('a new connection is tested, saved without its password in any message, selected and used', async () => {
  const answers = { input: ['localhost', '5432', 'app', 'me', 's3cret-sentinel', 'My app'], pick: ['Local', 'Prefer'] };
  const f = await run('addConnection', { status: TWO, answers });
  assert.deepEqual(f.calls, ['test localhost', 'add My app', 'select My app *', 'publish', 'connect']);
  assert.doesNotMatch([...f.calls, ...f.said].join(), /s3cret/);
});

const URL_TYPED = 'postgres://me:s3cret-sentinel@db.example.com/shop';
const TAKEN_APART = {
  host: 'db.example.com',
  isLocal: false,
  port: 5432,
  database: 'shop',
  user: 'me',
  password: 's3cret-sentinel',
};

test('a URL in the box of the host is taken apart, and its password goes where a typed one goes', async () => {
  const f = await run('addConnection', {
    status: TWO,
    typed: { [URL_TYPED]: TAKEN_APART },
    answers: { input: [URL_TYPED, 'My app'], pick: ['Shared', 'Verify full'] },
  });
  assert.deepEqual(f.added, [
    {
      connection: {
        label: 'My app',
        host: 'db.example.com',
        port: 5432,
        database: 'shop',
        user: 'me',
        kind: 'shared',
        ssl: 'verify-full',
      },
      password: 's3cret-sentinel',
    },
  ]);
  assert.deepEqual(
    f.asked.map((a) => a.title),
    ['Add Connection: host or URL', 'Add Connection (4/4): name'],
  );
  assert.doesNotMatch(JSON.stringify([f.calls, f.said, f.asked]), /s3cret/);
});

test('what a URL leaves out is asked, and what it says is not', async () => {
  const f = await run('addConnection', {
    status: TWO,
    typed: { [URL_TYPED]: { ...TAKEN_APART, password: undefined, ssl: 'require' } },
    answers: { input: [URL_TYPED, 'typed-sentinel', 'My app'], pick: ['Shared'] },
  });
  assert.deepEqual([f.added[0]?.connection.ssl, f.added[0]?.password], ['require', 'typed-sentinel']);
  assert.equal(f.asked[1]?.title, 'Add Connection (2/4): password');
  assert.equal(f.asked[1]?.password, true);
});

test('what the server does not take for a host is refused in the box, and nothing is saved', async () => {
  const typed = { 'me:pw@db': 'This is not the name of a host.' };
  const f = await run('addConnection', { status: TWO, typed, answers: { input: ['me:pw@db', '5432'] } });
  assert.equal(await f.asked[0]?.validate?.('me:pw@db'), 'This is not the name of a host.');
  assert.equal(await f.asked[0]?.validate?.('db'), undefined);
  assert.deepEqual([f.asked.length, f.added.length], [1, 0]);
});

test('a connection that does not work is asked for again, with what was answered in the boxes', async () => {
  const first = ['db', '5433', 'shop', 'me', 'wrong', 'My app'];
  const f = await run('addConnection', {
    status: TWO,
    failing: ['The password is wrong.'],
    answers: {
      input: [...first, 'db', '5433', 'shop', 'me', 'right', 'My app'],
      pick: ['Shared', 'Verify full', 'Shared', 'Verify full'],
      confirm: ['Try Again…'],
    },
  });
  assert.match(f.said[0] ?? '', /^confirm: The connection does not work yet\. \| The password is wrong\./);
  assert.deepEqual(
    f.asked.slice(6).map((a) => a.value),
    first,
  );
  assert.equal(f.asked[10]?.password, true);
  assert.deepEqual(
    f.added.map((a) => a.password),
    ['right'],
  );
});

test('a connection that does not work is saved when that is wished, and not used', async () => {
  const world = { status: TWO, failing: ['No server listens there.'] };
  const input = ['db', '5433', 'shop', 'me', '', 'My app'];
  const pick = ['Shared', 'Prefer'];
  const saved = await run('addConnection', { ...world, answers: { input, pick, confirm: ['Save Anyway'] } });
  assert.deepEqual(saved.calls, ['test db', 'add My app', 'select My app *', 'publish']);
  assert.deepEqual(changes(await run('addConnection', { ...world, answers: { input, pick } })), []);
});

test('a test of a connection that is cancelled saves nothing and says nothing', async () => {
  const answers = { input: ['db', '5433', 'shop', 'me', '', 'My app'], pick: ['Shared', 'Prefer'] };
  const f = await run('addConnection', { status: TWO, cancels: true, answers });
  assert.deepEqual([changes(f), f.said], [[], []]);
  const known = await run('testConnection', { status: TWO, cancels: true, answers: { pick: ['dev'] } });
  assert.deepEqual(known.said, []);
});

test('a connection that fails for another reason than its password offers to edit it', async () => {
  const error = {
    state: 'error',
    message: 'No such database.',
    needsPassword: false,
    serverVersion: undefined,
  } as const;
  const refused = folder([], { environment: LOCAL, database: error });
  const f = fake({ status: statusWith(refused), answers: { press: ['Edit Connection…'] } });
  await commands['lockstep.connect']!(f.context);
  await new Promise((r) => setTimeout(r, 10));
  assert.equal(f.calls.at(-1), 'setting lockstep.connections');
});

test('the CLI command of a migration does what its button does', async () => {
  const copied = async (id: string) => (await run('copyCliCommand', { status: TWO }, { ...ON, id })).calls;
  assert.deepEqual(await copied('2'), ['copy node cli.cjs apply --to 2 --folder migrations']);
  assert.deepEqual(await copied('1'), ['copy node cli.cjs rollback --folder migrations']);
});

test('a password is forgotten also when its connection is no longer in the settings', async () => {
  const f = await run('forgetPassword', { status: TWO, answers: { pick: ['gone'] } });
  assert.deepEqual(
    f.calls.filter((c) => /forget|publish/.test(c)),
    ['forget gone', 'publish'],
  );
  assert.match(f.said.join(), /The password of gone is forgotten/);
});

test('a change of several files is made at once, and what it made is opened; one that is refused says why', async () => {
  const newFiles = [{ uri: 'file:///w/3.sql', text: 'SELECT 1;' }];
  const change = { newFiles, edits: [{ uri: 'file:///w/2.sql', version: 1, edits: [] }] };
  const f = await run('applyChange', { status: TWO }, change);
  assert.deepEqual(f.calls, ['change file:///w/3.sql file:///w/2.sql', 'beside file:///w/3.sql']);
  const refused = await run('applyChange', { status: TWO, stale: 'Nothing was changed.' }, change);
  assert.deepEqual([refused.calls.length, refused.said], [1, ['error: Nothing was changed.']]);
});
