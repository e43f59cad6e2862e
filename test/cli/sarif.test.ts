import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sarif } from '../../server/src/cli/reporters/sarif.js';
import { cli, folder, SHOP } from './kit.js';

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string };
    readonly region: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;
  };
}
interface Log {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly version: string;
        readonly rules: readonly {
          readonly id: string;
          readonly shortDescription: { readonly text: string };
          readonly helpUri?: string;
          readonly help?: { readonly markdown: string };
          readonly defaultConfiguration: { readonly level: string };
        }[];
      };
    };
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
    }[];
    readonly columnKind: string;
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly Location[];
      readonly relatedLocations?: readonly (Location & {
        readonly id: number;
        readonly message: { readonly text: string };
      })[];
    }[];
  }[];
}

const FILES = {
  ...SHOP,
  'migrations/003_größer 1.sql': 'SELEC 1;\nALTER TABLE users DROP COLUMN mail;\n',
  'migrations/004_no_down.sql': 'CREATE TABLE t (id bigint PRIMARY KEY);\n',
};
async function run(files: Readonly<Record<string, string | Buffer>> = FILES): Promise<Log['runs'][number]> {
  const { out } = await cli(folder(files), ['lint', '--format', 'sarif', '--severity', 'hint']);
  const log = JSON.parse(out) as Log;
  assert.equal(log.version, '2.1.0');
  assert.match(log.$schema, /sarif-2\.1\.0\.json$/);
  assert.equal(log.runs.length, 1);
  return log.runs[0]!;
}

test('every result points to its rule, and every rule has a title, a level and a page', async () => {
  const { tool, results, columnKind } = await run();
  const { rules, name } = tool.driver;
  assert.deepEqual([name, columnKind], ['Lockstep', 'utf16CodeUnits']);
  assert.ok(results.length >= 3);
  for (const result of results) {
    assert.equal(rules[result.ruleIndex]?.id, result.ruleId);
    assert.match(result.level, /^(error|warning|note)$/);
    assert.notEqual(result.message.text, '');
  }
  assert.deepEqual(rules.map((r) => r.id).sort(), [...new Set(results.map((r) => r.ruleId))].sort());
  for (const rule of rules) {
    assert.match(rule.shortDescription.text, /^[A-Z].*\.$/s);
    assert.match(rule.defaultConfiguration.level, /^(error|warning|note)$/);
    if (rule.id !== 'syntax-error') assert.ok(URL.canParse(rule.helpUri ?? ''), rule.id);
  }
});

test('the page of a rule comes along', async () => {
  const { tool } = await run();
  const rule = tool.driver.rules.find((r) => r.id === 'missing-down');
  const page = new URL('../../docs/rules/missing-down.md', import.meta.url);
  assert.equal(rule?.helpUri, page.href);
  assert.equal(rule?.help?.markdown, readFileSync(page, 'utf8'));
});

test('places are URI references below the source root, with an exclusive end', async () => {
  const { results } = await run();
  const syntax = results.find((r) => r.ruleId === 'syntax-error')!;
  assert.deepEqual(syntax.locations, [
    {
      physicalLocation: {
        artifactLocation: { uri: 'migrations/003_gr%C3%B6%C3%9Fer%201.sql', uriBaseId: '%SRCROOT%' },
        region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 6 },
      },
    },
  ]);
});

test('a file that could not be read makes the run a failed one, with the reason', async () => {
  const { invocations } = await run({ ...FILES, 'migrations/005_l.sql': Buffer.from([0x2d, 0x2d, 0xe9]) });
  assert.equal(invocations[0]?.executionSuccessful, false);
  assert.match(invocations[0].toolExecutionNotifications[0]!.message.text, /005_l\.sql cannot be read/);
  assert.equal((await run()).invocations[0]?.executionSuccessful, true);
});

test('related places are numbered and described', () => {
  const place = { path: 'a.sql', line: 1, column: 1, endLine: 1, endColumn: 2 };
  const related = [{ ...place, line: 7, message: 'Added here.' }];
  const finding = {
    ...place,
    severity: 'hint',
    rule: 'x',
    message: 'Found.',
    detail: 'Because.',
    fixes: [],
    related,
  } as const;
  const report = {
    findings: [finding],
    problems: [],
    files: 1,
    statements: 1,
    version: '1',
    rules: { x: { title: 'X', severity: 'hint' } },
  } as const;
  const [result] = (JSON.parse(sarif(report, { colour: false }).text) as Log).runs[0]!.results;
  assert.deepEqual([result?.level, result?.message.text], ['note', 'Found. Because.']);
  assert.deepEqual(
    [result?.relatedLocations?.[0]?.id, result?.relatedLocations?.[0]?.message.text],
    [0, 'Added here.'],
  );
  assert.equal(result?.relatedLocations?.[0]?.physicalLocation.region.startLine, 7);
});

test('without findings the log is valid and empty', async () => {
  const { out } = await cli(folder(SHOP), ['lint', '--format', 'sarif', '--severity', 'error']);
  const { results, tool } = (JSON.parse(out) as Log).runs[0]!;
  assert.deepEqual([results, tool.driver.rules], [[], []]);
});
