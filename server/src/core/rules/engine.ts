import type { Span } from '../text/span.js';
import { rules as allRules } from './index.js';
import type { FileContext, Finding, Report, Rule, Severity } from './rule.js';
import { applySuppressions } from './suppress.js';

export interface RuleConfig {
  /** By rule id; what is not named keeps the rule's own severity. */
  readonly severity: Readonly<Record<string, Severity>>;
  /** Hears of a rule that threw; the other rules go on. */
  readonly onError?: (error: unknown) => void;
}

/** All findings of one file in text order, suppressions applied. */
export function runRules(file: FileContext, config: RuleConfig, rules: readonly Rule[] = allRules): Finding[] {
  const found: Finding[] = [];
  const enabled = rules.filter(
    (rule) => severityOf(rule, config) !== 'off' && rule.directions.includes(file.direction),
  );
  for (const rule of enabled) {
    const report = (reports: Iterable<Report>, statement: number | undefined) => {
      for (const r of reports) found.push(finding(rule, r, file.uri, statement, config));
    };
    guarded(rule, config, () => {
      if (rule.checkFile) report([...rule.checkFile(file)], undefined);
    });
    if (!rule.check) continue;
    for (const at of file.statements) {
      if (!rule.statements.includes(at.statement.kind)) continue;
      guarded(rule, config, () => report([...rule.check!(at, file)], at.statement.index));
    }
  }
  const kept = applySuppressions(file, found, rules, (rule) => severityOf(rule, config));
  return kept.sort(inTextOrder);
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

function finding(rule: Rule, report: Report, uri: string, statement: number | undefined, config: RuleConfig): Finding {
  const severity = config.severity[rule.id] ?? report.severity ?? rule.severity;
  let fixes = typeof report.fixes === 'function' ? undefined : (report.fixes ?? []);
  return {
    rule: rule.id,
    severity: severity === 'off' ? 'hint' : severity,
    uri,
    span: report.span,
    message: report.message,
    detail: report.detail ?? '',
    related: report.related ?? [],
    tags: report.tags ?? [],
    get fixes() {
      if (fixes === undefined) {
        fixes = [];
        guarded(rule, config, () => {
          if (typeof report.fixes === 'function') fixes = report.fixes();
        });
      }
      return fixes;
    },
    statement,
  };
}

function inTextOrder(a: { span: Span; rule: string }, b: { span: Span; rule: string }): number {
  return a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}
