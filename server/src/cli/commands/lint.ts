import { VERSION } from '../../version.js';
import { choice, readArgs } from '../args.js';
import { EXIT, type Io } from '../io.js';
import { findingsOf } from '../lint/findings.js';
import { checkFix, fixFiles } from '../lint/fix.js';
import { rulesOf } from '../lint/rules.js';
import { leftOut, selectFiles } from '../lint/select.js';
import { complaint } from '../printed.js';
import { openProject } from '../project.js';
import { github } from '../reporters/github.js';
import { json } from '../reporters/json.js';
import { LEVELS, type Report, type Reporter } from '../reporters/report.js';
import { sarif } from '../reporters/sarif.js';
import { text } from '../reporters/text.js';

const REPORTERS: Readonly<Record<string, Reporter>> = { text, json, github, sarif };

const OPTIONS = {
  format: { type: 'string' },
  severity: { type: 'string' },
  'fail-on': { type: 'string' },
  fix: { type: 'boolean' },
  'stdin-path': { type: 'string' },
} as const;

/** Checks migrations. Exit code 1 when something at or above `--fail-on` is found, 2 when not all could be looked at. */
export async function lint(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, OPTIONS);
  const reporter = REPORTERS[choice('format', values.format, Object.keys(REPORTERS), 'text')]!;
  const { shows, fails } = thresholds(values.severity, values['fail-on']);
  if (values.fix) checkFix(positionals);
  const project = await openProject(io, values);
  const { model } = project;
  const selection = await selectFiles(io, project, positionals, values['stdin-path']);
  const { uris, problems } = selection;
  for (const words of leftOut(io, project, problems)) io.err(complaint(words));
  const all: Report['problems'] = [
    ...project.problems.map((message) => ({ path: 'lockstep.json', message })),
    ...problems,
    ...(values.fix ? await fixFiles(io, project, uris) : []),
  ];
  for (const { message } of all) io.err(complaint(message));
  const findings = findingsOf(io, project, selection).filter((f) => LEVELS.indexOf(f.severity) <= shows);
  const statements = uris.reduce(
    (sum, uri) => sum + model.scripts(uri).reduce((n, script) => n + script.statements.length, 0),
    0,
  );
  const rules = await rulesOf(findings);
  const report = { findings, problems: all, files: uris.length, statements, version: VERSION, rules };
  io.out(reporter(report, { colour: io.isTTY && !io.env.NO_COLOR }));
  if (all.length > 0) return EXIT.unusable;
  return findings.some((f) => LEVELS.indexOf(f.severity) <= fails) ? EXIT.found : EXIT.ok;
}

/** Positions in LEVELS; -1 is none. What fails is always shown, too. */
function thresholds(severity: string | undefined, failOn: string | undefined): { shows: number; fails: number } {
  const shows = LEVELS.indexOf(choice('severity', severity, LEVELS, 'warning'));
  const usual = LEVELS[Math.min(shows, LEVELS.indexOf('warning'))]!;
  const level = choice('fail-on', failOn, [...LEVELS, 'never'] as const, usual);
  const fails = level === 'never' ? -1 : LEVELS.indexOf(level);
  return { shows: Math.max(shows, fails), fails };
}
