/** As numbers where both are, whatever their size and leading zeros; else as text. */
export function compareNumbers(a: string, b: string): number {
  if (!isNumber(a) || !isNumber(b)) return compareText(a, b);
  const [x, y] = [significant(a), significant(b)];
  return x.length - y.length || compareText(x, y);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The digits without leading zeros. */
export function significant(version: string): string {
  return version.replace(/^0+(?=\d)/, '');
}

function isNumber(version: string): boolean {
  return /^\d+$/.test(version);
}
