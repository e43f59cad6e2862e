import type { Reporter } from './report.js';

const LEVEL = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;

/** SARIF 2.1.0, for code scanning. Columns count UTF-16 units, as said in `columnKind`. */
export const sarif: Reporter = ({ findings, version, titles }) => {
  const ids = [...new Set(findings.map((f) => f.rule))].sort();
  const rules = ids.map((id) => ({ id, shortDescription: { text: titles[id] ?? id } }));
  const results = findings.map((f) => ({
    ruleId: f.rule,
    ruleIndex: ids.indexOf(f.rule),
    level: LEVEL[f.severity],
    message: { text: f.detail ? `${f.message} ${f.detail}` : f.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: f.path.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' },
          region: { startLine: f.line, startColumn: f.column, endLine: f.endLine, endColumn: f.endColumn },
        },
      },
    ],
  }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'Lockstep', version, rules } }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};
