import { json } from '../printed.js';
import type { FileRange, Reported, Reporter, RuleInfo } from './report.js';

const LEVEL = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;
const ROOT = '%SRCROOT%';

/** SARIF 2.1.0 (OASIS), for code scanning. */
export const sarif: Reporter = ({ findings, problems, version, rules }) => {
  const ids = Object.keys(rules).sort();
  const run = {
    tool: { driver: { name: 'Lockstep', version, rules: ids.map((id) => descriptor(id, rules[id]!)) } },
    invocations: [
      {
        executionSuccessful: problems.length === 0,
        toolExecutionNotifications: problems.map(({ path, message }) => ({
          level: 'error',
          message: { text: message },
          locations: [{ physicalLocation: { artifactLocation: artifact(path) } }],
        })),
      },
    ],
    originalUriBaseIds: { [ROOT]: { description: { text: 'The folder in which Lockstep was run.' } } },
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => result(finding, ids.indexOf(finding.rule))),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return json(log);
};

function descriptor(id: string, { title, severity, danger, link, page }: RuleInfo): object {
  return {
    id,
    shortDescription: { text: `${title}.` },
    defaultConfiguration: { level: LEVEL[severity] },
    ...(link ? { helpUri: link } : {}),
    ...(page ? { help: { text: page, markdown: page } } : {}),
    ...(danger ? { properties: { tags: [danger] } } : {}),
  };
}

function result(finding: Reported, ruleIndex: number): object {
  const related = finding.related.map((place, id) => ({ id, message: { text: place.message }, ...location(place) }));
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVEL[finding.severity],
    message: { text: finding.detail ? `${finding.message} ${finding.detail}` : finding.message },
    locations: [location(finding)],
    ...(related.length > 0 ? { relatedLocations: related } : {}),
  };
}

function location({ path, line, column, endLine, endColumn }: FileRange): object {
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return { physicalLocation: { artifactLocation: artifact(path), region } };
}

function artifact(path: string): object {
  return {
    uri: path
      .replace(/\p{Cs}/gu, '\ufffd')
      .split('/')
      .map(encodeURIComponent)
      .join('/'),
    uriBaseId: ROOT,
  };
}
