import { json as print } from '../printed.js';
import type { Reporter } from './report.js';

export const json: Reporter = ({ version, files, statements, findings, problems }) =>
  print({ version, files, statements, findings, problems });
