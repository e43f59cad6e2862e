import type { Reporter } from './report.js';

export const json: Reporter = ({ findings, files, statements, version }) =>
  `${JSON.stringify({ version, files, statements, findings }, null, 2)}\n`;
