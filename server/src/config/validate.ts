import type { JsonSchema } from './schema.js';

export interface Checked {
  /** The value without its invalid parts; undefined when nothing of it can be used. */
  readonly value: unknown;
  /** What is wrong where: `pgVersion must be one of 12, 13, …, but is 11`. */
  readonly problems: readonly string[];
}

/** Checks a value against a schema. Of a list or an object the valid members are kept. */
export function validate(schema: JsonSchema, value: unknown, at: string): Checked {
  if (schema.enum) {
    return schema.enum.includes(value) ? good(value) : bad(at, `must be one of ${schema.enum.join(', ')}`, value);
  }
  switch (schema.type) {
    case 'array':
      return validateArray(schema, value, at);
    case 'object':
      return validateObject(schema, value, at);
    case 'string':
      return validateString(schema, value, at);
    case 'boolean':
      return typeof value === 'boolean' ? good(value) : bad(at, 'must be true or false', value);
    case 'integer': {
      const { minimum = -Infinity, maximum = Infinity } = schema;
      const fits = Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
      return fits ? good(value) : bad(at, `must be a whole number from ${minimum} to ${maximum}`, value);
    }
    default:
      return good(value);
  }
}

function validateString(schema: JsonSchema, value: unknown, at: string): Checked {
  if (typeof value !== 'string') return bad(at, 'must be a text', value);
  if (schema.minLength && value.length < schema.minLength) return bad(at, 'must not be empty', value);
  if (schema.pattern && !new RegExp(schema.pattern).test(value))
    return bad(at, `must be ${schema.patternErrorMessage ?? `like ${schema.pattern}`}`, value);
  return good(value);
}

function validateArray(schema: JsonSchema, value: unknown, at: string): Checked {
  if (!Array.isArray(value)) return bad(at, 'must be a list', value);
  const checked = value.map((item: unknown, i) => validate(schema.items ?? {}, item, `${at}[${i}]`));
  return {
    value: checked.map((c) => c.value).filter((v) => v !== undefined),
    problems: checked.flatMap((c) => c.problems),
  };
}

function validateObject(schema: JsonSchema, value: unknown, at: string): Checked {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad(at, 'must be an object', value);
  const out: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const known =
      schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : schema.additionalProperties;
    if (known === undefined || typeof known === 'boolean') {
      if (known !== true) problems.push(unknownKey(at, key));
      continue;
    }
    const checked = validate(known, member, `${at}.${key}`);
    problems.push(...checked.problems);
    if (checked.value !== undefined)
      Object.defineProperty(out, key, { value: checked.value, enumerable: true, writable: true, configurable: true });
  }
  const lacking = (schema.required ?? []).filter((key) => out[key] === undefined);
  if (lacking.length > 0)
    return { value: undefined, problems: [...problems, `${at} lacks ${lacking.join(', ')}; it is ignored.`] };
  for (const [key, member] of Object.entries(schema.properties ?? {})) {
    if (out[key] === undefined && member.default !== undefined) out[key] = member.default;
  }
  return { value: out, problems };
}

function unknownKey(at: string, key: string): string {
  if (key === 'password')
    return `${at}.password is ignored: passwords belong in the secret storage, PGPASSWORD or ~/.pgpass. Remove it from the settings.`;
  return `${at}.${key} is not known; it is ignored. Remove it or correct its name.`;
}

function good(value: unknown): Checked {
  return { value, problems: [] };
}

function bad(at: string, must: string, value: unknown): Checked {
  return { value: undefined, problems: [`${at} ${must}${shown(at, value)}; it is ignored.`] };
}

/** Where a connection belongs somebody may have written a URL with its password: messages go to a log. */
function shown(at: string, value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if ((/\bconnections\b/.test(at) && typeof value !== 'number') || /:\/\/|password/i.test(text)) return '';
  return `, but is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}
