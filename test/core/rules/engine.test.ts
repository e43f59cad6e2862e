import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleSteps } from '../../../server/src/core/rules/engine.js';
import { rules as allRules } from '../../../server/src/core/rules/index.js';
import type { Rule } from '../../../server/src/core/rules/rule.js';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { finish } from '../../../server/src/core/steps.js';
import { fixtureWorld } from '../../world/fileContext.js';

await loadParser();

function rule(id: string, over: Partial<Rule> = {}): Rule {
  return {
    id,
    title: id,
    danger: 'style',
    severity: 'warning',
    statements: ['SelectStmt'],
    directions: ['up'],
    sources: ['test'],
    *check({ statement }) {
      yield { span: statement.span, message: `${id}.` };
    },
    ...over,
  };
}

function run(sql: string, rules: readonly Rule[], severity = {}, onError?: (error: unknown) => void) {
  const world = fixtureWorld(sql);
  return finish(ruleSteps(world.model.context(world.uri)!, { severity, ...(onError ? { onError } : {}) }, rules));
}

test('a rule that throws does not hide the others, nor its own findings for other statements', () => {
  const broken = rule('broken', {
    *check({ statement }) {
      yield { span: statement.span, message: 'half.' };
      if (statement.text.includes('2')) throw new Error('boom');
    },
  });
  const errors: unknown[] = [];
  const found = run('SELECT 1; SELECT 2;', [broken, rule('other')], {}, (error) => errors.push(error));
  assert.deepEqual(
    found.map((f) => `${f.rule} ${f.statement}`),
    ['broken 0', 'other 0', 'other 1'],
  );
  assert.equal(errors.length, 1);
  assert.match(String(errors[0]), /The rule broken failed: Error: boom/);
});

test('a rule that throws about the file is told of as well, and nothing is thrown without a listener', () => {
  const broken = rule('broken', {
    statements: [],
    checkFile() {
      throw new Error('boom');
    },
  });
  assert.deepEqual(
    run('SELECT 1;', [broken, rule('other')]).map((f) => f.rule),
    ['other'],
  );
});

test('a rule sees the statements that it names, in the direction that it names', () => {
  const update = rule('update', { statements: ['UpdateStmt'] });
  const down = rule('down', { directions: ['down'] });
  assert.deepEqual(
    run('SELECT 1;\nUPDATE t SET a = 1;', [update, down]).map((f) => `${f.rule} ${f.statement}`),
    ['update 1'],
  );
  assert.deepEqual(
    run('-- direction: down\nSELECT 1;', [update, down]).map((f) => f.rule),
    ['down'],
  );
});

test('the configuration wins over the report, and the report over the rule', () => {
  const soft = rule('soft', {
    *check({ statement }) {
      yield { span: statement.span, message: 'soft.', severity: 'hint' };
    },
  });
  assert.deepEqual(
    run('SELECT 1;', [rule('plain'), soft]).map((f) => f.severity),
    ['warning', 'hint'],
  );
  assert.deepEqual(
    run('SELECT 1;', [rule('plain'), soft], { soft: 'error', plain: 'off' }).map((f) => `${f.rule} ${f.severity}`),
    ['soft error'],
  );
});

test('findings come in the order of the text, whatever the order of the rules', () => {
  const found = run('SELECT 1; SELECT 2;', [rule('b'), rule('a')]);
  assert.deepEqual(
    found.map((f) => `${f.rule} ${f.statement}`),
    ['a 0', 'b 0', 'a 1', 'b 1'],
  );
});

test('statements around a broken one are still judged', () => {
  assert.deepEqual(
    run('SELECT 1; SELEKT 2; SELECT 3;', [rule('a')]).map((f) => f.span.start),
    [0, 20],
  );
});

test('no rule throws on an empty file, comments only, or a lone broken statement', () => {
  for (const sql of ['', '-- nothing', ';;', 'ALTER TABEL x', '\uFEFF', 'DO $$ BEGIN']) {
    for (const direction of ['', '-- direction: down\n']) {
      const errors: unknown[] = [];
      run(direction + sql, allRules, {}, (error) => errors.push(error));
      assert.deepEqual(errors, [], sql);
    }
  }
});

test('fixes are made when somebody asks for them, once; one that throws gives none and is told of', () => {
  let made = 0;
  const lazy = rule('lazy', {
    *check({ statement }) {
      const fixes = () => {
        made++;
        if (statement.text.includes('2')) throw new Error('boom');
        return [{ title: 'Do it', safety: 'safe' as const, edits: [], newFiles: [] }];
      };
      yield { span: statement.span, message: 'lazy.', fixes };
    },
  });
  const errors: unknown[] = [];
  const [first, second] = run('SELECT 1; SELECT 2;', [lazy], {}, (error) => errors.push(error));
  assert.equal(made, 0);
  assert.deepEqual([first!.fixes.length, first!.fixes.length, made], [1, 1, 1]);
  assert.deepEqual([second!.fixes, second!.fixes], [[], []]);
  assert.equal(errors.length, 1);
});

test('where a more specific rule speaks of a clause, the general one is silent', () => {
  const specific = rule('specific', { covers: ['general'] });
  const general = rule('general');
  const ids = (sql: string, severity = {}) => run(sql, [general, specific], severity).map((f) => f.rule);
  assert.deepEqual(ids('SELECT 1;'), ['specific']);
  assert.deepEqual(ids('SELECT 1;', { specific: 'off' }), ['general']);
  const ignored = (id: string) => ids(`-- lockstep:ignore ${id} -- said once\nSELECT 1;`);
  assert.deepEqual(ignored('specific'), [], 'one reason is enough for both');
  assert.deepEqual(ignored('general'), ['specific']);
});

test('a dropped column that is replaced or copied is spoken of once', () => {
  const before = '-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text);\n';
  const of = (sql: string) => {
    const world = fixtureWorld(before + sql);
    return world.model.findings(world.uri).flatMap((f) => (/drop/.test(f.rule) ? [f.rule] : []));
  };
  const add = 'ALTER TABLE users ADD COLUMN full_name text;';
  const drop = 'ALTER TABLE users DROP COLUMN name;';
  assert.deepEqual(of(drop), ['drop-column']);
  assert.deepEqual(of(`${add} ${drop}`), ['drop-with-replacement']);
  assert.deepEqual(of(`${add} UPDATE users SET full_name = name; ${drop}`), ['mixed-schema-and-data-and-drop']);
});
