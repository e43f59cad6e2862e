import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { blocksIn, statementsInBody } from '../../../server/src/core/sql/plpgsql.js';
import { loadParser, parsesCleanly, readScript } from '../../../server/src/core/sql/read.js';

before(loadParser);

const itemsOf = (text: string) => readScript(text).statements.flatMap(blocksIn).flatMap(statementsInBody);
const inBody = (body: string) => itemsOf(`DO $x$ DECLARE n int := 0; r record; BEGIN ${body} END $x$`);

test('bodies are found with their language and place', () => {
  const cases = [
    ['DO $$ BEGIN NULL; END $$', 'plpgsql', ' BEGIN NULL; END '],
    ["DO LANGUAGE plpgsql 'BEGIN NULL; END'", 'plpgsql', 'BEGIN NULL; END'],
    ["SELECT 'é'; CREATE FUNCTION f() RETURNS int AS $b$ SELECT 1 $b$ LANGUAGE SQL", 'sql', ' SELECT 1 '],
    ['CREATE PROCEDURE p() LANGUAGE plpgsql AS $$BEGIN COMMIT; END$$', 'plpgsql', 'BEGIN COMMIT; END'],
  ] as const;
  for (const [text, language, body] of cases) {
    const [block] = readScript(text).statements.flatMap(blocksIn);
    assert.ok(block?.exact, text);
    assert.equal(block.language, language);
    assert.equal(text.slice(block.offset, block.offset + body.length), body);
  }
  assert.deepEqual(
    readScript("CREATE FUNCTION f() RETURNS int AS 'lib', 'f' LANGUAGE C").statements.flatMap(blocksIn),
    [],
  );
});

test('a literal with escapes has a body, and its items are placed at the literal', () => {
  const text = "DO 'BEGIN UPDATE t SET a = ''x''; END'";
  const [item] = itemsOf(text);
  assert.equal(item!.text, "UPDATE t SET a = 'x'");
  assert.equal(text.slice(item!.span.start, item!.span.end), "'BEGIN UPDATE t SET a = ''x''; END'");
});

test('a batch loop with OFFSET and COMMIT is told with its loop', () => {
  const items = inBody(`LOOP
    UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL ORDER BY id LIMIT 100 OFFSET n);
    EXIT WHEN NOT FOUND;
    n := n + 100;
    COMMIT;
  END LOOP;`);
  assert.deepEqual(
    items.map((i) => [i.kind, i.loopDepth, i.loop?.kind]),
    [
      ['loop', 0, 'loop'],
      ['sql', 1, 'loop'],
      ['commit', 1, 'loop'],
    ],
  );
  assert.ok(items[0]!.text.endsWith('END LOOP'));
  assert.deepEqual(items[1]!.loop!.span, items[0]!.span);
});

test('all kinds of loops nest', () => {
  const items = inBody(`WHILE n < 3 LOOP FOR r IN SELECT * FROM x LOOP PERFORM f(r.a); END LOOP; END LOOP;
    FOR i IN 1..3 LOOP EXECUTE 'a'; END LOOP; FOREACH n IN ARRAY a LOOP ROLLBACK; END LOOP;`);
  assert.deepEqual(
    items.map((i) => `${i.kind}${i.loopDepth}`),
    ['loop0', 'sql1', 'loop1', 'sql2', 'loop0', 'execute1', 'loop0', 'rollback1'],
  );
});

test('IF, CASE and CASE expressions are followed', () => {
  const items =
    inBody(`IF n = (CASE WHEN true THEN 1 END) THEN DELETE FROM a; ELSIF true THEN DELETE FROM b; ELSE DELETE FROM c; END IF;
    CASE n WHEN 1 THEN DELETE FROM d; ELSE NULL; END CASE; n := CASE WHEN n = 1 THEN 2 ELSE 3 END; DELETE FROM e;`);
  assert.deepEqual(
    items.map((i) => i.text.at(-1)),
    ['a', 'b', 'c', 'd', 'e'],
  );
});

test('what stands in a block with an EXCEPTION part is guarded, its handler is not', () => {
  const items = inBody('COMMIT; BEGIN COMMIT; BEGIN COMMIT; END; EXCEPTION WHEN others THEN ROLLBACK; END; COMMIT;');
  assert.deepEqual(
    items.map((i) => [i.kind, i.guarded]),
    [
      ['commit', false],
      ['commit', true],
      ['commit', true],
      ['rollback', false],
      ['commit', false],
    ],
  );
});

test('the SQL of an item is readable for the parser', () => {
  const items = inBody(
    `PERFORM f(1); SELECT a, b INTO STRICT n, r.x FROM t; INSERT INTO t VALUES (1) RETURNING id INTO n; WITH w AS (SELECT 1) INSERT INTO t SELECT 1;`,
  );
  assert.equal(items.length, 4);
  for (const item of items) assert.ok(parsesCleanly(item.sql), item.sql);
  assert.ok(!items[1]!.sql.includes('INTO'));
});

test('a header that lacks its THEN, LOOP or WHEN ends at its semicolon', () => {
  for (const header of ['IF n > 1;', 'WHILE n > 1;', 'FOR i IN 1..2;', 'CASE n;', 'ELSIF;', '<<label;']) {
    assert.ok(
      inBody(`${header} DELETE FROM a;`).some((item) => item.text === 'DELETE FROM a'),
      header,
    );
  }
});

test('any order of words in a body ends', () => {
  const words =
    'begin end if then elsif else case when loop while for in foreach exception declare perform execute commit ; ( ) := . , << >> x into select'.split(
      ' ',
    );
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (soup) => {
      const body = soup.join(' ');
      for (const item of itemsOf(`DO $q$ ${body} $q$`)) assert.ok(item.span.end >= item.span.start);
    }),
    { numRuns: 2_000 },
  );
});

test('bodies cut off anywhere never throw', () => {
  const body = `DECLARE x int; BEGIN <<l>> LOOP IF a THEN CASE b WHEN 1 THEN COMMIT; END CASE; END IF; END LOOP; EXCEPTION WHEN others THEN NULL; END`;
  fc.assert(
    fc.property(
      fc.nat(body.length),
      fc.nat(body.length),
      (a, b) => void itemsOf(`DO $q$ ${body.slice(a)} ${body.slice(0, b)} $q$`),
    ),
  );
});
