// Makes all pieces of a new rule: `npm run new-rule -- drop-trigger-blocking DropStmt "Trigger dropped on a table in use"`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const camel = (id) => id.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

const moduleText = (id, kind, title) => `import type { Rule } from './rule.js';

export const ${camel(id)}: Rule = {
  id: '${id}',
  title: '${title.replaceAll("'", "\\'")}',
  danger: 'blocks-writes',
  severity: 'warning',
  statements: ['${kind}'],
  directions: ['up'],
  sources: ['https://www.postgresql.org/docs/current/'],
  *check(at) {
    if (!('${kind}' in at.statement.node)) return;
    yield {
      span: at.effect.span,
      message: 'LOCK lock on TABLE blocks WHAT until WHEN.',
    };
  },
};
`;

const pageText = (id, kind, title) => `# ${id}

Severity: warning. Looks at \`${kind}\` in up files.

Fixable: no.

${title}.

## Bad

\`\`\`sql
SELECT 1;
\`\`\`

## Good

\`\`\`sql
SELECT 1;
\`\`\`

## When to ignore

Say when it does no harm.

## Sources

- https://www.postgresql.org/docs/current/
`;

/** The list of index.ts with one more rule, sorted by id. */
export function withRule(indexText, id) {
  const known = [...indexText.matchAll(/^import \{ (\w+) \} from '\.\/([\w-]+)\.js';$/gm)].map((m) => ({
    name: m[1],
    id: m[2],
  }));
  const all = [...known.filter((r) => r.id !== id), { name: camel(id), id }].sort((a, b) => (a.id < b.id ? -1 : 1));
  const imports = [
    ...all.map((r) => ({ from: r.id, text: `import { ${r.name} } from './${r.id}.js';` })),
    { from: 'rule', text: "import type { Rule } from './rule.js';" },
  ];
  imports.sort((a, b) => (a.from < b.from ? -1 : 1));
  const list = all.map((r) => `  ${r.name},`).join('\n');
  return `${imports.map((i) => i.text).join('\n')}\n\n/** All rules, sorted by id. */\nexport const rules: readonly Rule[] = [\n${list}\n];\n`;
}

/** Path and text of every piece. */
export function piecesOf(id, kind, title, indexText) {
  return {
    [`server/src/core/rules/${id}.ts`]: moduleText(id, kind, title),
    [`docs/rules/${id}.md`]: pageText(id, kind, title),
    [`test/rules/${id}/bad.sql`]: `-- before: CREATE TABLE orders (id bigint PRIMARY KEY);\n-- expect: ${id} warning @ SELECT 1\nSELECT 1;\n`,
    [`test/rules/${id}/good.sql`]: `-- before: CREATE TABLE orders (id bigint PRIMARY KEY);\n-- down: derived\nSELECT 1;\n`,
    'server/src/core/rules/index.ts': withRule(indexText, id),
  };
}

function main([id, kind = 'AlterTableStmt', title = 'What it finds']) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(id ?? '')) {
    console.error('Usage: npm run new-rule -- <kebab-case-id> [NodeTag] ["Title"]');
    return 2;
  }
  if (readdirSync(`${ROOT}/server/src/core/rules`).includes(`${id}.ts`)) {
    console.error(`There is a rule ${id} already: server/src/core/rules/${id}.ts`);
    return 1;
  }
  const index = readFileSync(`${ROOT}/server/src/core/rules/index.ts`, 'utf8');
  for (const [path, text] of Object.entries(piecesOf(id, kind, title, index))) {
    const target = `${ROOT}/${path}`;
    mkdirSync(dirname(target), { recursive: true });
    console.log(`${existsSync(target) ? 'changed' : 'made   '} ${path}`);
    writeFileSync(target, text);
  }
  console.log(
    `Then: npm run readme, npm run fixtures, and LOCKSTEP_RULE=${id} npx tsx --test test/rules/rules.test.ts`,
  );
  return 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = main(process.argv.slice(2));
