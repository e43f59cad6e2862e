import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { quotedForShell, withoutLinks, withoutPasswords } from '../../client/src/plain.js';

/** As VS Code's own `linkedText.ts` finds links in messages. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

test('no text becomes a link of a message: a link may run a command', () => {
  const evil = 'Failed: [here](command:workbench.action.terminal.sendSequence?%7B%7D) or [x](https://evil.example)';
  assert.match(evil, LINK);
  assert.doesNotMatch(withoutLinks(evil), LINK);
  const piece = fc.constantFrom('[', ']', '(', ')', 'command:x', 'https://x', 'a', ' ', '](');
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      assert.doesNotMatch(withoutLinks(pieces.join('')), LINK);
    }),
  );
});

test('a trace of the messages holds no password', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), fc.boolean(), (secret, pretty) => {
      const sent = { connections: [{ id: 'dev', password: `<<${secret}>>`, user: 'u' }], secret: `${secret}@h` };
      const traced = withoutPasswords(JSON.stringify(sent, null, pretty ? 4 : undefined));
      assert.deepEqual(JSON.parse(traced), { connections: [{ id: 'dev', password: '***', user: 'u' }], secret: '***' });
    }),
  );
});

test('a name is one word for the shell, whatever it holds', { skip: process.platform === 'win32' }, () => {
  assert.equal(quotedForShell('db/migrations', false), 'db/migrations');
  const names = ['$(touch x)', '`id`', "it's", 'a b', '"', '!x', 'a\\b', '~', '*', 'ü', '-x', 'a;b', 'a\nb', ''];
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${names.map((n) => quotedForShell(n, false)).join(' ')}`]);
  assert.deepEqual(stdout.toString().split('\0').slice(0, -1), names);
});

test('on Windows paths stay as they are, and what PowerShell would run does not', () => {
  assert.equal(quotedForShell('C:\\shop\\db', true), 'C:\\shop\\db');
  assert.equal(quotedForShell('C:\\my shop', true), '"C:\\my shop"');
  assert.equal(quotedForShell('$(calc)', true), "'$(calc)'");
});
