import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { milliseconds } from '../../server/src/config/duration.js';
import { fileSchema, type JsonSchema, settings } from '../../server/src/config/schema.js';
import { validate } from '../../server/src/config/validate.js';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

test('server/config.schema.json is what schema.ts says: npm run readme writes it', () => {
  assert.deepEqual(JSON.parse(read('server/config.schema.json')), JSON.parse(JSON.stringify(fileSchema())));
});

test('the settings of package.json are those of schema.ts', () => {
  const manifest = JSON.parse(read('package.json')) as {
    contributes: { configuration: readonly { properties: Readonly<Record<string, JsonSchema>> }[] };
  };
  const properties = Object.assign({}, ...manifest.contributes.configuration.map((c) => c.properties)) as Readonly<
    Record<string, JsonSchema>
  >;
  assert.deepEqual(
    Object.keys(properties).sort(),
    Object.keys(settings)
      .map((key) => `lockstep.${key}`)
      .sort(),
  );
  for (const [key, { schema }] of Object.entries(settings)) {
    const { description: _, ...expected } = schema as JsonSchema;
    assert.deepEqual({ ...properties[`lockstep.${key}`], ...expected }, properties[`lockstep.${key}`], key);
  }
});

test('every default is valid by its own schema', () => {
  for (const [key, { schema }] of Object.entries(settings)) {
    assert.deepEqual(validate(schema, schema.default, key), { value: schema.default, problems: [] });
  }
});

test('what a file may not set is not in the schema of the file', () => {
  const { properties } = fileSchema() as { properties: Readonly<Record<string, unknown>> };
  for (const [key, { inFile }] of Object.entries(settings)) assert.equal(key in properties, inFile, key);
});

test('times are read as PostgreSQL reads them', () => {
  const times = { '500ms': 500, '5s': 5_000, '2min': 120_000, '1h': 3_600_000, '250': 250, '0': 0, soon: 0 };
  for (const [text, expected] of Object.entries(times)) assert.equal(milliseconds(text), expected, text);
});
