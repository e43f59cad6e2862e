import { compareText, significant } from '../../core/migrations/order.js';

/**
 * A version in the order of a folder: `1.2`; `B1.2`, the migration that stands for all up to it; `R__name`, one that runs after
 * all versions, by name.
 */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [isRepeatable(a), isRepeatable(b)];
  if (x || y) return x && y ? compareText(a, b) : x ? 1 : -1;
  return compareParts(partsOf(a), partsOf(b)) || Number(isBaseline(a)) - Number(isBaseline(b));
}

/** The same for all spellings that Flyway takes for one version: `1`, `01`, `1.0`. */
export function versionKey(version: string): string {
  return isRepeatable(version) ? version : `${isBaseline(version) ? 'B' : ''}${partsOf(version).join('.')}`;
}

/** As the tracking table has it: leading zeros stay. */
export function version(written: string): string {
  return written.replaceAll('_', '.');
}

export function isRepeatable(version: string): boolean {
  return version.startsWith('R__');
}

export function isBaseline(version: string): boolean {
  return version.startsWith('B');
}

/** api/MigrationVersion.java: parts are numbers of any size, and zeros at the end are none. */
function partsOf(version: string): readonly string[] {
  const parts = version.replace(/^B/, '').split('.').map(significant);
  return parts.slice(0, parts.findLastIndex((part) => part !== '0') + 1);
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? '0', b[i] ?? '0'];
    const order = x.length - y.length || compareText(x, y);
    if (order !== 0) return order;
  }
  return 0;
}
