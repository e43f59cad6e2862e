import type { FileContext } from './analysed.js';

/** SET search_path or ROLE decides what the names mean, and does not move along. */
export function namesDependOnSession(file: FileContext): boolean {
  return file.script.statements.some(({ node }) => {
    const name = 'VariableSetStmt' in node ? node.VariableSetStmt.name : undefined;
    return name === 'search_path' || name === 'role' || name === 'session_authorization';
  });
}
