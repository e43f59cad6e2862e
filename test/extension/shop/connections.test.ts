import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { slowPort } from '../../world/slowPort.js';
import { type Api, activate, folderHas, group, onlyFolder, play, query, sessions, until } from '../host.js';

const url = new URL(process.env.TEST_DATABASE_URL_2!);
const database = url.pathname.slice(1);
const password = decodeURIComponent(url.password);
const answers = (secret: string) => ({
  input: [url.hostname, url.port, database, url.username, secret, 'Second'],
  pick: ['Local', 'Disable'],
});
const saved = () => vscode.workspace.getConfiguration('lockstep').inspect('connections')?.globalValue;

describe('a connection that is added', () => {
  let api: Api;
  before(async () => {
    api = await activate();
    await folderHas(api, 12);
  });
  after(async () => {
    await vscode.workspace
      .getConfiguration('lockstep')
      .update('connections', undefined, vscode.ConfigurationTarget.Global);
    await until('no environment', () => api.status()?.environments.length === 0);
  });

  it('is tested first: a wrong password is said, and nothing is saved when it is not wished', async () => {
    const { said, asked } = await play(api, 'lockstep.addConnection', answers('wrong'));
    assert.equal(asked[4]?.password, true);
    assert.match(said[0]!, /does not work yet.*password/s);
    assert.equal(saved(), undefined);
  });

  it('is used at once, its password in the secret storage and in no setting', async () => {
    const { said } = await play(api, 'lockstep.addConnection', answers(password));
    assert.match(said.join(), /Connected to Second/);
    await until('the state of the database', () => onlyFolder(api)?.database.state === 'ok');
    assert.equal(group(api, 'Pending')?.children.length, 12);
    const [environment] = api.status()!.environments;
    assert.deepEqual([environment?.id, environment?.kind, environment?.source], ['second', 'local', 'setting']);
    assert.equal(await api.context.connections.hasPassword('second'), true);
    const settings = JSON.stringify(vscode.workspace.getConfiguration('lockstep').inspect('connections'));
    assert.ok(settings.includes(database));
    assert.ok(!settings.includes(password), 'the password is in the settings');
    assert.ok(!JSON.stringify(api.status()).includes(password), 'the password is in the status');
    assert.ok(!said.join().includes(password), 'the password is in a message');
  });

  it('is made of a URL in the box of the host, whose password is in no setting either', async () => {
    const before = saved() as object[];
    const { said, asked } = await play(api, 'lockstep.addConnection', {
      input: [`${url.toString()}?sslmode=disable`, 'By URL'],
      pick: ['Local'],
    });
    assert.match(said.join(), /Connected to By URL/);
    assert.equal(asked.length, 2);
    const settings = JSON.stringify(vscode.workspace.getConfiguration('lockstep').inspect('connections'));
    assert.ok(settings.includes('By URL'));
    for (const where of [settings, JSON.stringify(api.status()), said.join(), JSON.stringify(api.tree.getChildren())])
      assert.ok(!where.includes(password), where);
    assert.equal(await api.context.connections.hasPassword('by-url'), true);
    await until('the state of the database', () => onlyFolder(api)?.environment?.label === 'By URL');
    await api.context.connections.forgetPassword('by-url');
    await vscode.workspace
      .getConfiguration('lockstep')
      .update('connections', before, vscode.ConfigurationTarget.Global);
    await api.context.connections.select('second', undefined);
    await api.context.connections.publish();
    await api.context.store.refresh({ connect: true });
  });

  it('refuses what no host is called, and saves nothing', async () => {
    const before = saved();
    const { said } = await play(api, 'lockstep.addConnection', { input: ['somebody:secret@db', '5432'] });
    assert.match(said.join(), /This is not the name of a host/);
    assert.deepEqual(saved(), before);
  });

  it('is shown as connected although its database answers late', async () => {
    const slow = await slowPort({ host: url.hostname, port: Number(url.port) });
    const before = saved() as object[];
    try {
      slow.hold();
      const adding = play(api, 'lockstep.addConnection', {
        input: ['127.0.0.1', String(slow.port), database, url.username, password, 'Slow'],
        pick: ['Local', 'Disable'],
      });
      // The settings change, and the quick question that follows is answered, while the database is still silent.
      await new Promise((r) => setTimeout(r, 300));
      slow.release();
      await until('it to be saved', () => (saved() as object[]).length > before.length);
      slow.hold();
      await new Promise((r) => setTimeout(r, 700));
      slow.release();
      await adding;
      await until('the state of the database', () => onlyFolder(api)?.environment?.label === 'Slow');
      assert.equal(onlyFolder(api)?.database.state, 'ok');
      assert.ok(group(api, 'Pending'));
    } finally {
      await slow.close();
      await api.context.connections.forgetPassword('slow');
      await vscode.workspace
        .getConfiguration('lockstep')
        .update('connections', before, vscode.ConfigurationTarget.Global);
      await api.context.connections.select('second', undefined);
      await api.context.connections.publish();
      await api.context.store.refresh({ connect: true });
    }
  });

  it('answers a test with the version of the server', async () => {
    const { said } = await play(api, 'lockstep.testConnection', { pick: ['Second'] });
    assert.match(said[0]!, /PostgreSQL 1\d/);
  });

  it('does not get its password when its host was changed in the settings', async () => {
    const settings = vscode.workspace.getConfiguration('lockstep');
    const [connection] = saved() as object[];
    const moved = [{ ...connection, host: 'localhost' }];
    await settings.update('connections', moved, vscode.ConfigurationTarget.Global);
    assert.equal(await api.context.connections.hasPassword('second'), false);
    await settings.update('connections', [connection], vscode.ConfigurationTarget.Global);
    assert.equal(await api.context.connections.hasPassword('second'), true);
  });

  it('does not get its password when its encryption was weakened in the settings', async () => {
    const settings = vscode.workspace.getConfiguration('lockstep');
    const [connection] = saved() as object[];
    const { hasPassword, setPassword } = api.context.connections;
    await settings.update('connections', [{ ...connection, ssl: 'require' }], vscode.ConfigurationTarget.Global);
    await setPassword.call(api.context.connections, 'second', password);
    assert.equal(await hasPassword.call(api.context.connections, 'second'), true);
    await settings.update('connections', [connection], vscode.ConfigurationTarget.Global);
    assert.equal(await hasPassword.call(api.context.connections, 'second'), false);
    await setPassword.call(api.context.connections, 'second', password);
    assert.equal(await hasPassword.call(api.context.connections, 'second'), true);
  });

  it('forgets its password, and asks for it when it is used again', async () => {
    const forgotten = await play(api, 'lockstep.forgetPassword', { pick: ['Second'] });
    assert.match(forgotten.said[0]!, /forgotten/);
    assert.equal(await api.context.connections.hasPassword('second'), false);
    const wrong = await play(api, 'lockstep.connect', { input: ['wrong'] });
    assert.equal(wrong.asked[0]?.password, true);
    assert.match(wrong.said.join(), /password/);
    const note = await until('the reason in the tree', () => group(api, 'The database cannot be read'));
    assert.match(note.description, /password/);
    await play(api, 'lockstep.forgetPassword', { pick: ['Second'] });
    await play(api, 'lockstep.connect', { input: [password] });
    await until('the state of the database', () => onlyFolder(api)?.database.state === 'ok');
  });

  it('is not kept open', async () => {
    await until('nobody to be connected', async () => (await sessions(url.toString())).length === 0);
    assert.deepEqual(await query(url.toString(), "SELECT 1 FROM pg_tables WHERE schemaname = 'public'"), []);
  });
});
