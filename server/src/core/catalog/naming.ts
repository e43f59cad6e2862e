/** NAMEDATALEN - 1: the most bytes that an identifier keeps (PostgreSQL documentation, 4.1.1). */
export const MAX_BYTES = 63;

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Cuts at a character boundary, as pg_mbcliplen does. */
export function clip(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text;
  let kept = '';
  let size = 0;
  for (const char of text) {
    size += byteLength(char);
    if (size > bytes) break;
    kept += char;
  }
  return kept;
}

/** makeObjectName in src/backend/commands/indexcmds.c: shortens the longer of the two names first. */
export function objectName(name1: string, name2: string | undefined, label: string): string {
  const available = MAX_BYTES - (name2 === undefined ? 0 : 1) - (label === '' ? 0 : byteLength(label) + 1);
  let length1 = byteLength(name1);
  let length2 = name2 === undefined ? 0 : byteLength(name2);
  while (length1 + length2 > available) {
    if (length1 > length2) length1--;
    else length2--;
  }
  const parts = [clip(name1, length1)];
  if (name2 !== undefined) parts.push(clip(name2, length2));
  if (label !== '') parts.push(label);
  return parts.join('_');
}

/** ChooseRelationName and ChooseConstraintName: label, label1, label2, … until the name is free. */
export function freeName(
  name1: string,
  name2: string | undefined,
  label: string,
  taken: (name: string) => boolean,
): string {
  for (let pass = 0; ; pass++) {
    const name = objectName(name1, name2, pass === 0 ? label : `${label}${pass}`);
    if (!taken(name)) return name;
  }
}

/** ChooseForeignKeyConstraintNameAddition and ChooseIndexNameAddition: the columns, joined, at most one name long. */
export function joinedColumns(columns: readonly string[]): string {
  let joined = '';
  for (const column of columns) {
    joined = joined === '' ? column : `${joined}_${column}`;
    if (byteLength(joined) >= MAX_BYTES + 1) break;
  }
  return clip(joined, MAX_BYTES);
}
