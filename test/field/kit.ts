import { test } from 'node:test';
import type { Finding } from '../../server/src/core/rules/rule.js';
import type { Script } from '../../server/src/core/sql/script.js';
import type { FileContext } from '../../server/src/core/statements/analysed.js';
import { applyEdits } from '../../server/src/core/text/edits.js';
import { type FixtureWorld, fixtureWorld, setupOf } from '../world/fileContext.js';
import { layoutOf } from '../world/sets.js';

/** What somebody reported about a tool of this kind, rebuilt small, and what has to hold here. `reports.ts` lists all. */
export function report(number: number, what: string, check: () => void | Promise<void>): void {
  test(`#${number} ${what}`, check);
}

/** The tables that an earlier migration has made. */
export const BASE = `
CREATE TABLE depots (id bigint PRIMARY KEY, code text NOT NULL, note text, qty integer, mail varchar(100), price numeric(10, 2));
CREATE TABLE crates (id bigint PRIMARY KEY, depot_id bigint REFERENCES depots (id), label varchar(20), w integer NOT NULL, h integer NOT NULL);
`;

export interface Around {
  readonly tool?: string;
  readonly pg?: 12 | 14 | 18;
  /** What runs before, after the tables of `BASE`. */
  readonly before?: string;
  readonly down?: string;
  /** Further files of the folder, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Migration {
  readonly world: FixtureWorld;
  readonly context: FileContext;
  readonly script: Script;
  /** `rule @ what is underlined`, without the advice that has nothing to do with a report: time-outs, and style. */
  readonly found: readonly string[];
  readonly findings: readonly Finding[];
}

/** Rules that speak of every second migration, and of these too. */
const ADVICE = new Set(['missing-lock-timeout', 'missing-timestamps', 'not-rerunnable', 'missing-down']);

/** A migration behind one that made depots and crates, with the down that Lockstep would write. */
export function migration(sql: string, around: Around = {}): Migration {
  const { tool = 'plain', pg = 14, before = '', down = 'derived', files = {} } = around;
  const world = fixtureWorld(sql, {
    ...setupOf(''),
    tool,
    layout: layoutOf(tool),
    pg,
    before: BASE + before,
    other: down,
    files: Object.entries(files).map(([path, text]) => ({ path, text })),
  });
  const context = world.model.context(world.uri)!;
  const findings = world.model.findings(world.uri);
  return {
    world,
    context,
    script: context.script,
    findings,
    found: findings
      .filter((f) => !ADVICE.has(f.rule))
      .map((f) => `${f.rule} @ ${sql.slice(f.span.start, f.span.end).replace(/[ \n\t]+/g, ' ')}`),
  };
}

/** The statements of a script, as text. */
export const texts = ({ script }: Migration): readonly string[] => script.statements.map((s) => s.text);

/** What the analysis says of the other half: `severity rule: message`. */
export function findingsOfDown({ world }: Migration): readonly string[] {
  const down = world.model.uris().find((uri) => /0002_change(\.down\.sql|\/down\.sql)$/.test(uri))!;
  return world.model.findings(down).map((f) => `${f.severity} ${f.rule}: ${f.message}`);
}

/** The text after the first fix of the first finding of a rule; and the new files that it makes. */
export function fixed(m: Migration, rule: string): { readonly text: string; readonly files: readonly string[] } {
  const fix = m.findings.find((f) => f.rule === rule)?.fixes[0];
  if (!fix) throw new Error(`no fix for ${rule}`);
  const own = fix.edits.filter((e) => e.uri === m.world.uri).flatMap((e) => e.edits);
  return {
    text: applyEdits(m.world.model.text(m.world.uri)!, own),
    files: fix.newFiles.map((f) => `${f.uri.split('/').at(-1)}: ${f.text}`),
  };
}
