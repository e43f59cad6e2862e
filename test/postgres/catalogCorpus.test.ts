import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { ltree } from '@electric-sql/pglite/contrib/ltree';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { applyStatement } from '../../server/src/core/catalog/apply.js';
import { emptyCatalog } from '../../server/src/core/catalog/empty.js';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import { compareWith } from '../core/catalog/compare.js';
import { corpusFiles, corpusMissing } from '../core/sql/corpus.js';

/** A database directory as initdb makes it: taking it over is four times faster than making one for each project. */
let initial: Blob;

before(async () => {
  await loadParser();
  if (corpusMissing) return;
  const db = await PGlite.create();
  initial = await db.dumpDataDir('none');
  await db.close();
});

/** How a project's up files are told and ordered, and relations that its own functions make at run time. */
const projects: Readonly<Record<string, { readonly up: RegExp; readonly refused: number; readonly except?: RegExp }>> =
  {
    concourse: { up: /\/(\d+)_[^/]*\.up\.sql$/, refused: 0 },
    'crates.io': { up: /\/([\d-]+)_[^/]*\/up\.sql$/, refused: 0 },
    // Four statements of one file need what a version in program code makes. Functions that run while migrating make
    // partitions named after the day; two indexes ON ONLY the whole table are invalid for lack of those partitions'.
    hatchet: {
      up: /\/(\d+)_[^/]*\.sql$/,
      refused: 4,
      except:
        /^public\.v1_\w+_\d+(_[a-z]+)?: only in PostgreSQL$|^public\.v1_\w+_olap index ix_\w+_additional_metadata_gin: /,
    },
    marquez: { up: /\/V([\d.]+)__[^/]*\.sql$/, refused: 0 },
    minder: { up: /\/(\d+)_[^/]*\.up\.sql$/, refused: 0 },
    'trigger.dev': { up: /\/(\d+)_[^/]*\/migration\.sql$/, refused: 0 },
  };

function upFiles(project: string, up: RegExp): { path: string; text: string }[] {
  const order = (path: string) =>
    path
      .match(up)![1]!
      .split('.')
      .map((part) => part.replaceAll('-', '').padStart(20, '0'))
      .join('.');
  return corpusFiles()
    .filter(({ path }) => path.startsWith(`${project}/`) && up.test(path))
    .sort((a, b) => (order(a.path) < order(b.path) ? -1 : 1))
    .map(({ path, text }) => ({ path, text: text.split(/^-- \+goose Down/m)[0]! }));
}

for (const [project, { up, refused, except }] of Object.entries(projects)) {
  test(`after all migrations of ${project} the catalog agrees with PostgreSQL`, { skip: corpusMissing }, async (t) => {
    const extensions = { btree_gist, ltree, pg_trgm, pgcrypto };
    const db = await PGlite.create({ extensions, loadDataDir: initial });
    t.after(() => db.close());
    let catalog = emptyCatalog();
    let statements = 0;
    const errors: string[] = [];
    let known = new Set<string>();
    const files = upFiles(project, up);
    for (const { path, text } of files) {
      for (const statement of readScript(text).statements) {
        // Each statement runs by itself here, and LOCK needs a transaction.
        if (statement.kind === 'LockStmt') continue;
        statements++;
        const error = await db.exec(statement.text).then(
          () => undefined,
          (e: Error) => e.message,
        );
        if (error === undefined)
          catalog = applyStatement(catalog, statement, { uri: path, half: path, migration: path });
        else errors.push(`${path}: ${error}`);
      }
      await db.exec('ROLLBACK; RESET ALL');
      if (process.env.LOCKSTEP_TRACE) {
        const now = await compareWith(db, catalog);
        for (const line of now) if (!known.has(line)) console.log(`${path}\n    ${line.slice(0, 500)}`);
        known = new Set(now);
      }
    }
    const wrong = (await compareWith(db, catalog)).filter((line) => !except?.test(line));
    t.diagnostic(
      `${files.length} files, ${statements} statements, ${errors.length} refused by PGlite, ${[...catalog.relations()].length} relations`,
    );
    assert.ok(files.length > 50);
    assert.ok(errors.length <= refused, errors.join('\n'));
    assert.equal(wrong.length, 0, `\n${wrong.join('\n')}`);
  });
}
