import * as path from 'node:path';

/** Where the project's shared data lies (real migrations, observations of servers): LOCKSTEP_SHARED, or `shared` beside the repository. */
export const SHARED = process.env.LOCKSTEP_SHARED ?? path.resolve(import.meta.dirname, '../../../shared');
