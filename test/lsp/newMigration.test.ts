import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { NewMigrationParams, NewMigrationResult } from '../../server/src/lsp/protocol.js';
import { LspClient } from '../world/lspClient.js';

let client: LspClient | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});

const HISTORY = {
  'migrations/001_users.sql': 'CREATE TABLE users (uid bigint PRIMARY KEY, mail text NOT NULL);\n',
  'migrations/001_users.down.sql': 'DROP TABLE users;\n',
};

async function made(params: Partial<NewMigrationParams>, settings = {}): Promise<NewMigrationResult> {
  client = await LspClient.start(HISTORY, { settings });
  const folder = client.uri('migrations');
  return client.connection.sendRequest('lockstep/newMigration', {
    folder,
    workspaceFolder: undefined,
    name: 'it',
    values: {},
    ...params,
  });
}

test('a template waits as long for its lock as the settings say', async () => {
  const params = { template: 'add-column', values: { table: 'users', column: 'age', type: 'int' } };
  const { files } = await made(params, { lockTimeout: '90s' });
  assert.match(files.find((f) => f.role === 'up')!.text, /^SET LOCAL lock_timeout = '90s';\n/);
});

test('a template reads from the migrations what a column has', async () => {
  const values = { table: 'users', column: 'mail', to: 'email', type: 'text' };
  const { files, error } = await made({ template: 'rename-column', values });
  assert.equal(error, undefined);
  const text = files.map((f) => f.text).join('');
  assert.match(text, /ALTER TABLE users ALTER COLUMN email SET NOT NULL;/);
  assert.match(text, /SELECT uid INTO batch_start FROM users/, 'the key is the primary key');
});
