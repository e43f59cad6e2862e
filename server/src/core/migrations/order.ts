import type { ToolId } from './migration.js';

/** A version as the tool's ledger writes it. */
export function ledgerVersion(tool: ToolId, written: string): string {
  switch (tool) {
    case 'golang-migrate':
      return written.replaceAll('-', '').replace(/^0+(?=\d)/, '');
    case 'diesel':
      return written.replaceAll('-', '');
    case 'plain':
      return written.replaceAll('-', '');
  }
}

/** The order in which the tool runs two versions (ledger spelling): Diesel compares text, the others numbers. */
export function compareVersions(tool: ToolId, a: string, b: string): number {
  if (tool !== 'diesel' && isNumber(a) && isNumber(b)) {
    const x = BigInt(a);
    const y = BigInt(b);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function isNumber(version: string): boolean {
  return /^\d+$/.test(version);
}
