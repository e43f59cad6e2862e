import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BUILTIN_FUNCTIONS, VOLATILE_FUNCTIONS } from '../../../server/src/core/effects/builtinFunctions.js';
import { functionVolatility, volatilityOf } from '../../../server/src/core/effects/volatility.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { catalogOf } from './kit.js';

before(loadParser);

function volatile(expression: string, given = ''): boolean {
  return volatilityOf(readScript(`SELECT ${expression}`).statements[0]?.node, catalogOf(given)).volatile;
}

for (const steady of [
  'now()',
  'CURRENT_TIMESTAMP',
  "lower('A')",
  "'{}'::jsonb",
  "timezone('utc', now())",
  "date_trunc('day', now())",
  'coalesce(1, 2)',
  "to_char(now(), 'YYYY')",
]) {
  test(`${steady} is evaluated once`, () => assert.equal(volatile(steady), false));
}

for (const each of [
  'random()',
  'clock_timestamp()',
  'gen_random_uuid()',
  "nextval('s')",
  'uuid_generate_v4()',
  "now() + random() * interval '1 s'",
  'pg_catalog.random()',
]) {
  test(`${each} is evaluated for every row`, () => assert.equal(volatile(each), true));
}

test('a function of the migrations is what it was declared to be', () => {
  assert.equal(volatile('f()', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 1 $$;'), false);
  assert.equal(volatile('f()', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE AS $$ SELECT 1 $$;'), false);
  assert.equal(volatile('f()', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;'), true);
});

test('a function that nobody knows is taken to be volatile, and the reason says so', () => {
  const { volatile: is, reason } = functionVolatility(catalogOf(''), undefined, 'mystery');
  assert.equal(is, true);
  assert.match(reason, /mystery\(\) is not known/);
});

test('the lists of built-in functions do not overlap', () => {
  assert.deepEqual(
    [...VOLATILE_FUNCTIONS].filter((name) => BUILTIN_FUNCTIONS.has(name)),
    [],
  );
  assert.ok(BUILTIN_FUNCTIONS.size > 400);
});
