import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { applyStatement } from '../../../server/src/core/catalog/apply.js';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import { CatalogState } from '../../../server/src/core/catalog/state.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { corpusFiles, corpusMissing } from '../sql/corpus.js';
import { scenarios } from './scenarios.js';

before(loadParser);

const where = { uri: 'file:///a.sql', half: 'file:///a.sql', migration: 'a' };

/** Nothing points at what is not there, but for foreign keys and views on tables that no migration made. */
function assertSound(catalog: CatalogState): void {
  for (const relation of catalog.relations()) {
    assert.equal(relation.key, `${relation.schema}.${relation.name}`);
    for (const [name, column] of relation.columns) assert.equal(column.name, name);
    for (const [name, constraint] of relation.constraints) assert.equal(constraint.name, name);
    for (const index of catalog.indexesOn(relation.key)) assert.equal(index.relation, relation.key);
    for (const { relation: other, constraint } of catalog.referencing(relation.key)) {
      assert.equal(catalog.relationByKey(other.key)?.constraints.get(constraint.name), constraint);
    }
    for (const view of catalog.viewsOn(relation.key)) assert.ok(view.reads.has(relation.key));
    for (const child of catalog.children(relation.key)) assert.ok(child.parents.includes(relation.key));
    const { parents, constraints } = relation;
    for (const parent of parents)
      assert.ok(catalog.children(parent).includes(relation), `${relation.key} of ${parent}`);
    for (const constraint of constraints.values()) {
      const { relation: other } = constraint.references ?? {};
      if (other === undefined) continue;
      assert.ok(catalog.referencing(other).some((r) => r.relation === relation && r.constraint === constraint));
    }
  }
  for (const index of catalog.parts.indexes.values()) {
    const { schema, name, relation } = index;
    assert.equal(
      catalog.indexesOn(relation).filter((i) => i.name === name && i.schema === schema).length,
      1,
      `${name} on ${relation}`,
    );
  }
}

test('statements in any order never throw, and leave a catalog in which everything fits', () => {
  const pool = Object.values(scenarios).flatMap((sql) => [...readScript(sql).statements]);
  const mixed = [...pool, ...pool.filter((s) => ['CreateStmt', 'RenameStmt', 'DropStmt'].includes(s.kind))];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...mixed), { maxLength: 60 }), (statements) => {
      let catalog = emptyCatalog();
      for (const statement of statements) {
        const next = applyStatement(catalog, statement, where);
        assert.ok(next instanceof CatalogState);
        catalog = next;
      }
      assertSound(catalog as CatalogState);
    }),
    { numRuns: 400 },
  );
});

test('after all files of the corpus, up and down and of all projects together, everything fits', {
  skip: corpusMissing,
}, () => {
  let catalog = emptyCatalog();
  for (const { path, text } of corpusFiles()) {
    for (const statement of readScript(text).statements)
      catalog = applyStatement(catalog, statement, { uri: path, half: path, migration: path });
  }
  assertSound(catalog as CatalogState);
});
