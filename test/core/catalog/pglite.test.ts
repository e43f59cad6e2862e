import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { applyStatement } from '../../../server/src/core/catalog/apply.js';
import type { Catalog } from '../../../server/src/core/catalog/catalog.js';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { describe, typesIn } from './described.js';
import { differences } from './differences.js';
import { observe, spellTypes, wipe } from './observed.js';
import { scenarios } from './scenarios.js';

let db: PGlite;

before(async () => {
  await loadParser();
  db = await PGlite.create();
});
after(() => db.close());

async function compare(catalog: Catalog): Promise<string[]> {
  const spelled = await spellTypes(db, typesIn(catalog));
  const incomplete = new Set([...catalog.relations()].filter((r) => !r.complete).map((r) => r.key));
  return differences(await observe(db), describe(catalog, (type) => spelled.get(type) ?? type), incomplete);
}

for (const [name, sql] of Object.entries(scenarios)) {
  test(`the catalog agrees with PostgreSQL after each statement: ${name}`, async () => {
    await wipe(db);
    const script = readScript(sql);
    assert.deepEqual(script.errors, []);
    let catalog = emptyCatalog();
    const wrong: string[] = [];
    let known = new Set<string>();
    for (const statement of script.statements) {
      const refused = await db.exec(statement.text).then(() => undefined, (error: Error) => error.message);
      if (refused !== undefined) {
        wrong.push(`PostgreSQL refuses: ${statement.text}: ${refused}`);
        continue;
      }
      catalog = applyStatement(catalog, statement, { uri: 'file:///a.sql', migration: 'a' });
      const now = await compare(catalog);
      wrong.push(...now.filter((line) => !known.has(line)).map((line) => `${statement.text}\n    ${line}`));
      known = new Set(now);
    }
    assert.equal(wrong.length, 0, `\n${wrong.join('\n')}`);
  });
}
