import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rules } from '../../core/index.js';
import { ruleLinks } from '../../docs.js';
import type { Reported, RuleInfo } from '../reporters/report.js';

/** Findings that come from no rule: they cannot be suppressed or given another severity. */
const OTHERS: Readonly<Record<string, RuleInfo>> = {
  'syntax-error': { title: 'PostgreSQL cannot read the statement', severity: 'error' },
  layout: { title: 'The name of a migration file does not fit its folder', severity: 'warning' },
};

/** What a report says of the rules that found something, with their pages. */
export async function rulesOf(findings: readonly Reported[]): Promise<Readonly<Record<string, RuleInfo>>> {
  const link = ruleLinks(import.meta.url);
  const ids = [...new Set(findings.map((finding) => finding.rule))].sort();
  const entries = ids.map(async (id): Promise<[string, RuleInfo]> => {
    const rule = rules.find((known) => known.id === id);
    if (!rule) return [id, OTHERS[id] ?? { title: id, severity: 'warning' }];
    const page = await readFile(fileURLToPath(link(id)), 'utf8').catch(() => undefined);
    const severity = rule.severity === 'off' ? 'hint' : rule.severity;
    return [id, { title: rule.title, severity, danger: rule.danger, link: link(id), page }];
  });
  return Object.fromEntries(await Promise.all(entries));
}
