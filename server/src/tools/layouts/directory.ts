import { type Layout, splitStem } from '../../core/migrations/layout.js';

/** `2024-01-31-101500_add_users/up.sql` + `down.sql`. Directories that start with a dot are ignored, as by Diesel. */
export const directory: Layout = {
  id: 'directory',
  example: '2024-01-31-101500_add_users/up.sql',
  read(path) {
    const match = /^([^/.][^/]*)\/(up|down)\.sql$/s.exec(path);
    if (!match) return undefined;
    const parts = splitDirectory(match[1]!);
    return parts ? { kind: 'half', ...parts, direction: match[2] as 'up' | 'down' } : { kind: 'notANumber' };
  },
  paths: (stem) => ({ up: `${stem}/up.sql`, down: `${stem}/down.sql` }),
};

/** The version is the part before the first `_`, dashes allowed (diesel migrations_internals/src/lib.rs). */
function splitDirectory(name: string): { version: string; name: string } | undefined {
  const underscore = name.indexOf('_');
  const head = underscore < 0 ? name : name.slice(0, underscore);
  if (/^\d[\d-]*$/.test(head)) return { version: head, name: underscore < 0 ? '' : name.slice(underscore + 1) };
  return splitStem(name);
}
