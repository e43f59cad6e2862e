// Makes all pieces of a new migration tool: `npm run new-tool -- my-tool "My Tool"`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const camel = (id) => id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

const toolText = (id, title) => `import { listByNames } from '../../core/migrations/listing.js';
import { compareNumbers } from '../../core/migrations/order.js';
import { claimByNames } from '../../core/migrations/tally.js';
import type { Tool } from '../../core/migrations/tool.js';
import { updown } from '../layouts/updown.js';

/** ${title} (where its source is). Say here how it sends a file, and what its files may hold. */
export const ${camel(id)}: Tool = {
  id: '${id}',
  title: '${title}',
  layouts: [updown],
  evidence: ['${id}.toml'],
  detect(candidate) {
    const claim = candidate.above('${id}.toml').length > 0 ? claimByNames(candidate, [updown], true) : undefined;
    return claim && { ...claim, strength: 'marked' };
  },
  list: (input) => listByNames(input, { version, compare: compareNumbers, transaction: () => 'wrapped' }),
  version,
  compare: compareNumbers,
  beginning: { kind: 'clock', last: '', format: 'stamp' },
  late: 'runs',
  checksum: () => undefined,
  about: { order: 'by number', ledger: '\`table (columns)\`', transaction: 'one around the file', edited: 'no' },
  words: {
    unfinished: (_version, label) => \`\${label} was begun and not finished. Say what to do.\`,
    outOfOrder: 'Say what the tool does with it, and the way out.',
  },
};

function version(written: string): string {
  return written;
}
`;

const ledgerText = (id, title) => `import type { Ledger, LedgerKind } from '../ledger.js';

/** The name and the columns by which a database is known as ${title}'s. */
export const ${camel(id)}Ledger: LedgerKind = { table: 'name_of_its_table', columns: ['version'], make: ledger };

function ledger(table: string): Ledger {
  throw new Error(\`\${table}: read, ensure, lock, begin and finish are to be written, as in the folders beside this one\`);
}
`;

/** The list of index.ts with one more tool, before the one for everything else. */
export function withTool(indexText, id) {
  const name = camel(id);
  return indexText
    .replace(/^import \{ plainLedger \}/m, (found) =>
      [
        `import { ${name}Ledger } from './${name}/ledger.js';`,
        `import { ${name} } from './${name}/tool.js';`,
        found,
      ].join('\n'),
    )
    .replace(/, plain\], foreign/, `, ${name}, plain], foreign`)
    .replace(/^ {2}\[plain\.id\]:/m, (found) => `  [${name}.id]: ${name}Ledger,\n${found}`);
}

function main([id, title]) {
  if (!id || !/^[a-z][a-z0-9-]*$/.test(id) || !title) {
    console.error('Write npm run new-tool -- id-in-kebab-case "Title".');
    process.exit(2);
  }
  const folder = `server/src/tools/${camel(id)}`;
  const files = {
    [`${folder}/tool.ts`]: toolText(id, title),
    [`${folder}/ledger.ts`]: ledgerText(id, title),
    [`${folder}/fixtures/project/${id}.toml`]: '',
    [`${folder}/fixtures/project/migrations/001_users.up.sql`]: 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
    [`${folder}/fixtures/project/migrations/001_users.down.sql`]: 'DROP TABLE users;\n',
    [`${folder}/fixtures/table.sql`]: '-- The tracking table as the tool left it, and when.\n',
    [`${folder}/fixtures/status.txt`]: '001 users applied\n',
  };
  for (const [path, text] of Object.entries(files)) {
    const file = `${ROOT}${path}`;
    if (existsSync(file)) {
      console.error(`${path} is there already.`);
      process.exit(1);
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`made    ${path}`);
  }
  const index = `${ROOT}server/src/tools/index.ts`;
  writeFileSync(index, withTool(readFileSync(index, 'utf8'), id));
  console.log('changed server/src/tools/index.ts');
  console.log(
    'Then: npm run readme, npm run test:unit -- contract; take the tool out of tools/foreign.ts if it is there.',
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
