import type { Fix } from '../fixes/fix.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { innerStatements } from '../statements/inner.js';
import type { Steps } from '../steps.js';
import type { Span } from '../text/span.js';
import { rules as allRules } from './index.js';
import type { Finding, Report, Rule, Severity } from './rule.js';
import { applySuppressions } from './suppress.js';

export interface RuleConfig {
  /** By rule id; what is not named keeps the rule's own severity. */
  readonly severity: Readonly<Record<string, Severity>>;
  /** Hears of a rule that threw; the other rules go on. */
  readonly onError?: (error: unknown) => void;
}

/** All findings of one file in text order, suppressions applied. One look of one rule in each step. */
export function* ruleSteps(file: FileContext, config: RuleConfig, rules: readonly Rule[] = allRules): Steps<Finding[]> {
  const found: Finding[] = [];
  const enabled = rules.filter(
    (rule) => severityOf(rule, config) !== 'off' && rule.directions.includes(file.direction),
  );
  const ofKind = byKind(file.statements);
  let within: readonly AnalysedStatement[] | undefined;
  const inner = () => (within ??= (ofKind.get('DoStmt') ?? []).flatMap((at) => innerStatements(at, file)));
  for (const rule of enabled) {
    const report = (reports: Iterable<Report>, statement: number | undefined) => {
      for (const r of reports) found.push(finding(rule, r, file, statement, config));
    };
    guarded(rule, config, () => {
      if (rule.checkFile) report([...rule.checkFile(file)], undefined);
    });
    yield;
    if (!rule.check) continue;
    for (const at of rule.statements.flatMap((kind) => ofKind.get(kind) ?? [])) {
      guarded(rule, config, () => report([...rule.check!(at, file)], at.statement.index));
      yield;
    }
    // A rule that reads DO blocks has looked into them already.
    for (const at of rule.statements.includes('DoStmt') ? [] : inner()) {
      if (!rule.statements.includes(at.statement.kind)) continue;
      guarded(rule, config, () => report([...rule.check!(at, file)].map(withoutFix), at.statement.index));
    }
  }
  const kept = applySuppressions(file, found, rules, (rule) => severityOf(rule, config));
  const covered = coveredBy(rules, found);
  return kept.filter((f) => !covered.has(placeOf(f.rule, f.span))).sort(inTextOrder);
}

/** A fix is made for a statement of the file; inside a block of code a person has to write it. */
function withoutFix({ fixes: _, ...report }: Report): Report {
  return report;
}

/**
 * What a more specific finding on the same clause says as well. Found before suppressions: who has given a reason for the
 * specific one need not give it again.
 */
function coveredBy(rules: readonly Rule[], found: readonly Finding[]): ReadonlySet<string> {
  const covers = new Map(rules.flatMap(({ id, covers: others }) => (others ? [[id, others] as const] : [])));
  return new Set(found.flatMap((f) => (covers.get(f.rule) ?? []).map((rule) => placeOf(rule, f.span))));
}

function placeOf(rule: string, { start, end }: Span): string {
  return `${rule} ${start} ${end}`;
}

/** A rule looks at a few kinds of statements: in a file of many thousand it should not meet the others. */
function byKind(statements: readonly AnalysedStatement[]): ReadonlyMap<string, readonly AnalysedStatement[]> {
  const kinds = new Map<string, AnalysedStatement[]>();
  for (const at of statements) {
    const known = kinds.get(at.statement.kind);
    if (known) known.push(at);
    else kinds.set(at.statement.kind, [at]);
  }
  return kinds;
}

/** What the configuration says, else what the rule says. */
function severityOf(rule: Rule, config: RuleConfig): Severity {
  return config.severity[rule.id] ?? rule.severity;
}

function guarded(rule: Rule, config: RuleConfig, run: () => void): void {
  try {
    run();
  } catch (error) {
    config.onError?.(new Error(`The rule ${rule.id} failed: ${String(error)}`, { cause: error }));
  }
}

/** Names hold what they like; a line of a report begins with nothing but what we say. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}

function finding(
  rule: Rule,
  report: Report,
  file: FileContext,
  statement: number | undefined,
  config: RuleConfig,
): Finding {
  const severity = config.severity[rule.id] ?? report.severity ?? rule.severity;
  let fixes: readonly Fix[] | undefined;
  return {
    rule: rule.id,
    severity: severity === 'off' ? 'hint' : severity,
    uri: file.uri,
    span: report.span,
    message: oneLine(report.message),
    detail: report.detail ?? '',
    related: (report.related ?? []).map((place) => ({ ...place, message: oneLine(place.message) })),
    tags: report.tags ?? [],
    get fixes() {
      if (fixes === undefined) {
        fixes = [];
        guarded(rule, config, () => {
          const made = typeof report.fixes === 'function' ? report.fixes() : (report.fixes ?? []);
          fixes = made.map((fix) => ({ ...inItsLineEndings(fix, file), title: oneLine(fix.title) }));
        });
      }
      return fixes;
    },
    statement,
  };
}

/** Rules write \n; what goes into a file with \r\n has that. New files have \n. */
function inItsLineEndings(fix: Fix, file: FileContext): Fix {
  const isCrlf = (uri: string) => (uri === file.uri ? file.script : file.counterpart)?.text.includes('\r\n') === true;
  const adapted = fix.edits.map(({ uri, edits }) => ({
    uri,
    edits: isCrlf(uri) ? edits.map((e) => ({ ...e, newText: e.newText.replace(/\r?\n/g, '\r\n') })) : edits,
  }));
  return { ...fix, edits: adapted };
}

function inTextOrder(a: { span: Span; rule: string }, b: { span: Span; rule: string }): number {
  return a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}
