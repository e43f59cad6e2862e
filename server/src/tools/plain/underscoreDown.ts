import { isCompanion, type Layout, splitStem } from '../../core/migrations/layout.js';

const DOWN = '_down.sql';

/** `001_add_users.sql` + `001_add_users_down.sql`. A migration may really be called `…_down`: it is a down only when the stem without `_down` is there too. */
export const underscoreDown: Layout = {
  id: 'suffix-underscore-down',
  example: '001_add_users.sql',
  read(path, paths) {
    if (path.includes('/') || !/\.sql$/i.test(path)) return undefined;
    const without = /_down\.sql$/i.test(path) ? path.slice(0, -DOWN.length) : undefined;
    const down = without !== undefined && paths.has(`${without}${path.slice(-'.sql'.length)}`);
    const stem = down ? without : path.slice(0, -'.sql'.length);
    const parts = splitStem(stem);
    if (!parts) return isCompanion(path) ? undefined : { kind: 'notANumber' };
    if (/\.(up|down)$/i.test(stem)) return { kind: 'ambiguous' };
    return { kind: 'half', ...parts, direction: down ? 'down' : 'up' };
  },
  paths: (stem) => ({ up: `${stem}.sql`, down: `${stem}${DOWN}` }),
};
