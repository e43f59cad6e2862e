import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Fix } from '../../server/src/core/fixes/fix.js';
import type { Finding } from '../../server/src/core/rules/rule.js';
import { LineIndex } from '../../server/src/core/text/lineIndex.js';
import type { Span } from '../../server/src/core/text/span.js';
import { type FixtureWorld, fixtureWorld } from '../world/fileContext.js';
import { expectationsIn } from './fixtures.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const HEAD = 'What the fixtures here give, in full. Written by `npm run fixtures`; read what changes.\n';

/** Rules that have fixtures. */
export const fixtureRules: readonly string[] = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** Names of a rule's fixtures. */
export function fixturesOf(rule: string): readonly string[] {
  return readdirSync(`${here}/${rule}`)
    .filter((name) => name.endsWith('.sql'))
    .sort();
}

export function fixtureText(rule: string, name: string): string {
  return readFileSync(`${here}/${rule}/${name}`, 'utf8');
}

/** Where the findings of a rule's fixtures are written down. */
export const recordOf = (rule: string): string => `${here}/${rule}/findings.txt`;

/** What was written down; empty when nothing was. */
export function recorded(rule: string): string {
  return existsSync(recordOf(rule)) ? readFileSync(recordOf(rule), 'utf8') : '';
}

/** The findings of a fixture that it is about: of its own rule, and of those that it marks. */
export function findingsAbout(world: FixtureWorld, rule: string): readonly Finding[] {
  const { expected } = expectationsIn(world.model.context(world.uri)!);
  const counted = new Set([rule, ...expected.map((e) => e.rule)]);
  return world.model.findings(world.uri).filter((f) => counted.has(f.rule));
}

/** Every finding of a rule's fixtures with all that a person sees of it, as text to read. */
export function findingsText(rule: string): string {
  /** Where each reason stands in full. */
  const reasons = new Map<string, string>();
  const parts = fixturesOf(rule).map((name) => {
    const world = fixtureWorld(fixtureText(rule, name));
    const findings = findingsAbout(world, rule).map((f) => {
      const known = reasons.get(f.detail);
      if (known === undefined) reasons.set(f.detail, `${name} ${place(world, f.uri, f.span)}`);
      return findingText(world, f, known === undefined ? f.detail : `as ${known}`);
    });
    return `== ${name}\n${findings.length === 0 ? 'nothing\n' : findings.join('')}`;
  });
  return [HEAD, ...parts].join('\n');
}

function findingText(world: FixtureWorld, f: Finding, why: string): string {
  const lines = [
    `${place(world, f.uri, f.span)} ${f.severity} ${f.rule}`,
    `  ${f.message}`,
    ...(why === '' ? [] : [`  why: ${why.replaceAll('\n', '\n    ')}`]),
    ...(f.tags.length === 0 ? [] : [`  tags: ${f.tags.join(', ')}`]),
    ...f.related.map((r) => `  see: ${place(world, r.uri, r.span, true)} ${r.message}`),
    ...f.fixes.flatMap((fix) => fixText(world, fix)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The fix, with what it writes: each line behind a plus sign, the text that goes by its place. */
function fixText(world: FixtureWorld, fix: Fix): string[] {
  const written = (text: string) => (text === '' ? [] : text.split('\n').map((line) => `    +${line}`));
  return [
    `  fix (${fix.safety}${fix.alone ? ', alone' : ''}): ${fix.title}`,
    ...fix.edits.flatMap(({ uri, edits }) =>
      edits.flatMap(({ span, newText }) => [`    ${place(world, uri, span, true)}`, ...written(newText)]),
    ),
    ...fix.newFiles.flatMap(({ uri, text }) => [`    new ${nameOf(uri)}`, ...written(text)]),
  ];
}

const nameOf = (uri: string) => uri.slice(uri.indexOf('/migrations/') + '/migrations/'.length);

/** `2:13-2:29`, lines and columns counted from one, with the file's name where that is not clear. */
function place({ model, uri: own }: FixtureWorld, uri: string, { start, end }: Span, always = false): string {
  const lines = new LineIndex(model.text(uri)!);
  const at = (offset: number) => {
    const { line, character } = lines.positionAt(offset);
    return `${line + 1}:${character + 1}`;
  };
  return `${uri !== own || always ? `${nameOf(uri)} ` : ''}${at(start)}-${at(end)}`;
}
