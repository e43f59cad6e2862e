import { isCompanion, type Layout, splitStem } from './layout.js';

/** `001_add_users.sql` + `001_add_users.down.sql`. */
export const suffixDotDown: Layout = {
  id: 'suffix-dot-down',
  example: '001_add_users.sql',
  read(path) {
    if (path.includes('/') || !path.endsWith('.sql')) return undefined;
    const down = path.endsWith('.down.sql');
    const stem = path.slice(0, down ? -'.down.sql'.length : -'.sql'.length);
    const parts = splitStem(stem);
    if (!parts) return isCompanion(path) ? undefined : { kind: 'notANumber' };
    if (stem.endsWith('.up')) return { kind: 'ambiguous' };
    return { kind: 'half', ...parts, direction: down ? 'down' : 'up' };
  },
  paths: (stem) => ({ up: `${stem}.sql`, down: `${stem}.down.sql` }),
};
