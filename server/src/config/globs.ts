/** A test for paths below a folder. `*` stays within a name, `**` crosses folders, `{a,b}` chooses; a pattern without a slash holds at every depth; what matches a folder covers all in it. */
export function globs(patterns: readonly string[]): (path: string) => boolean {
  const tests = patterns.map(toRegExp);
  return (path) => tests.some((test) => test.test(path));
}

function toRegExp(pattern: string): RegExp {
  const clean = pattern
    .trim()
    .replace(/^\.?\/+/, '')
    .replace(/\/+(\*\*)?$/, '');
  const anywhere = !clean.includes('/');
  const depth = { open: 0 };
  const body = clean.replace(/\*\*\/|\*\*|\*|\?|[{},]|[.+^$()|[\]\\]/g, (token) => translate(token, depth));
  const closed = body + ')'.repeat(depth.open);
  return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${closed}(?:/.*)?$`, 'su');
}

function translate(token: string, depth: { open: number }): string {
  switch (token) {
    case '**/':
      return '(?:.*/)?';
    case '**':
      return '.*';
    case '*':
      return '[^/]*';
    case '?':
      return '[^/]';
    case '{':
      depth.open++;
      return '(?:';
    case '}':
      if (depth.open === 0) return '\\}';
      depth.open--;
      return ')';
    case ',':
      return depth.open > 0 ? '|' : ',';
    default:
      return `\\${token}`;
  }
}
