import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { applyStatement } from '../../../server/src/core/catalog/apply.js';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { compareWith } from './compare.js';
import { wipe } from './observed.js';
import { scenarios } from './scenarios.js';

let db: PGlite;

before(async () => {
  await loadParser();
  db = await PGlite.create();
});
after(() => db.close());

for (const [name, sql] of Object.entries(scenarios)) {
  test(`the catalog agrees with PostgreSQL after each statement: ${name}`, async () => {
    await wipe(db);
    const script = readScript(sql);
    assert.deepEqual(script.errors, []);
    let catalog = emptyCatalog();
    const wrong: string[] = [];
    let known = new Set<string>();
    for (const statement of script.statements) {
      const refused = await db.exec(statement.text).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (refused !== undefined) {
        wrong.push(`PostgreSQL refuses: ${statement.text}: ${refused}`);
        continue;
      }
      catalog = applyStatement(catalog, statement, { uri: 'file:///a.sql', half: 'file:///a.sql', migration: 'a' });
      const now = await compareWith(db, catalog);
      wrong.push(...now.filter((line) => !known.has(line)).map((line) => `${statement.text}\n    ${line}`));
      known = new Set(now);
    }
    assert.equal(wrong.length, 0, `\n${wrong.join('\n')}`);
  });
}
