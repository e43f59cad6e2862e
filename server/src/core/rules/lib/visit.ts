/** Calls `see` with every node of a tree (`{ [tag]: fields }` gives tag and fields), parents before children. */
export function visit(node: unknown, see: (tag: string, fields: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, see);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  for (const [tag, fields] of Object.entries(node)) {
    if (typeof fields !== 'object' || fields === null) continue;
    if (/^[A-Z]/.test(tag) && !Array.isArray(fields)) see(tag, fields as Readonly<Record<string, unknown>>);
    visit(fields, see);
  }
}

/** Names of the columns that an expression mentions. */
export function columnsIn(node: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  visit(node, (tag, fields) => {
    if (tag !== 'ColumnRef' || !Array.isArray(fields['fields'])) return;
    const last: unknown = fields['fields'].at(-1);
    if (typeof last === 'object' && last !== null && 'String' in last) {
      names.add(String((last.String as { sval?: string }).sval ?? ''));
    }
  });
  return names;
}
