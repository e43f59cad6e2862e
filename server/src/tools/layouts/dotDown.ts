import { isCompanion, type Layout, splitStem } from '../../core/migrations/layout.js';

/** `001_add_users.sql` + `001_add_users.down.sql`. */
export const dotDown: Layout = {
  id: 'suffix-dot-down',
  example: '001_add_users.sql',
  read(path) {
    if (path.includes('/') || !/\.sql$/i.test(path)) return undefined;
    const down = /\.down\.sql$/i.test(path);
    const stem = path.slice(0, down ? -'.down.sql'.length : -'.sql'.length);
    const parts = splitStem(stem);
    if (!parts) return isCompanion(path) ? undefined : { kind: 'notANumber' };
    if (/\.up$/i.test(stem)) return { kind: 'ambiguous' };
    return { kind: 'half', ...parts, direction: down ? 'down' : 'up' };
  },
  paths: (stem) => ({ up: `${stem}.sql`, down: `${stem}.down.sql` }),
};
