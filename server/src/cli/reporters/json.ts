import type { Reporter } from './report.js';

export const json: Reporter = ({ version, files, statements, findings, problems }) =>
  `${JSON.stringify({ version, files, statements, findings, problems }, null, 2)}\n`;
