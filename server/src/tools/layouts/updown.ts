import type { Layout } from '../../core/migrations/layout.js';

/** `000001_add_users.up.sql` + `.down.sql`. The pattern is golang-migrate's (source/parse.go), for SQL only: it takes any extension. */
const NAME = /^([0-9]+)_(.*)\.(down|up)\.[sS][qQ][lL]$/s;

export const updown: Layout = {
  id: 'updown',
  example: '000001_add_users.up.sql',
  read(path) {
    if (path.includes('/')) return undefined;
    const match = NAME.exec(path);
    if (match) return { kind: 'half', version: match[1]!, name: match[2]!, direction: match[3] as 'up' | 'down' };
    return /\.(down|up)\.sql$/i.test(path) ? { kind: 'notANumber' } : undefined;
  },
  paths: (stem) => ({ up: `${stem}.up.sql`, down: `${stem}.down.sql` }),
};
