/** Where a report is held: a file below test/ and the title (or its beginning) of a test in it. */
type Held = readonly [file: string, title: string];

/**
 * What people reported about tools of this kind, by number. Those with `report(number, …)` in a test of this folder are
 * held there; of the others stands here which test holds them, or what has to be there first. Some are both: a part waits.
 */
export const REPORTS: Readonly<Record<number, { readonly held?: readonly Held[]; readonly waits?: string }>> = {
  22: { waits: 'a finding for PRIMARY KEY USING INDEX on nullable columns; the effect is claimed' },
  26: { waits: 'a rule: ON DELETE SET NULL on a NOT NULL column' },
  27: { waits: 'a rule: a strong lock taken early and held while a later statement is slow' },
  28: { waits: 'a message that tells the lock in force at that moment' },
  30: { waits: 'uses of a new enum value inside bodies that PostgreSQL checks at creation' },
  31: { waits: 'a tool that runs all pending files in one transaction' },
  33: { waits: 'a rule: json has no equality' },
  34: { waits: 'certain failures: a table that is made only later' },
  35: { waits: 'certain failures: columns that the history does not have' },
  36: { waits: 'certain failures: CALL of a procedure that commits' },
  38: { waits: 'certain failures in downs' },
  40: { waits: 'a finding for enum values that stay after a rollback' },
  45: { waits: 'a command that renumbers' },
  50: { waits: 'Alembic' },
  51: {
    held: [
      [
        'postgres/halfRun.test.ts',
        'a lock_timeout does not end a build that waits for an old transaction, and the one waited for is named',
      ],
    ],
  },
  52: {
    held: [
      ['postgres/halfRun.test.ts', 'an INVALID index is not recorded as built by'],
      ['postgres/failures.test.ts', 'a failed CREATE INDEX CONCURRENTLY names the invalid index'],
    ],
  },
  53: { held: [['postgres/halfRun.test.ts', '${tool}: an INVALID index in the way is named, and goes when']] },
  54: {
    held: [['ledger/lib.test.ts', 'a lock that is held is asked for again until it is free, never waited for inside']],
  },
  55: {
    held: [
      ['postgres/failures.test.ts', 'what one migration sets does not reach the next'],
      ['postgres/halfRun.test.ts', 'the role and the encoding of a file do not reach the ledger'],
    ],
    waits: 'a finding where the command of the folder’s own tool breaks',
  },
  56: {
    held: [['postgres/states.test.ts', 'golang-migrate: dirty is failed, and nothing runs either way']],
    waits: 'commands that mark a migration as applied or not',
  },
  57: {
    held: [['postgres/states.test.ts', 'golang-migrate: a version of the ledger that has no file is missing']],
    waits: 'a guided command',
  },
  58: { held: [['postgres/states.test.ts', 'golang-migrate: a file below the current version']] },
  59: {
    held: [
      ['core/migrations/status.test.ts', 'line endings and a byte order mark do not change the checksum'],
      ['postgres/states.test.ts', 'plain: an edited file is modified until it is as it was, whatever its line ends'],
      ['tools/sqlx.test.ts', 'every byte of the up file counts'],
    ],
    waits: 'ledgers with the exact bytes of a file: Prisma, Atlas',
  },
  60: { waits: 'telling a change of comments from one of statements, and a command that accepts it' },
  61: {
    held: [['postgres/halfRun.test.ts', 'who held a lock too long is named when the wait ends']],
    waits: 'trying again by setting',
  },
  62: { held: [['postgres/halfRun.test.ts', 'notices and warnings are told with their place while the run goes on']] },
  63: { waits: 'parameters of a tool in its URL' },
  64: { held: [['postgres/ledgers.test.ts', 'a database that another tool keeps']] },
  65: { held: [['postgres/cli.test.ts', 'what is marked shared is not rolled back, and applied only with the name']] },
  66: { waits: 'Prisma' },
  67: { waits: 'Liquibase' },
  68: { waits: 'sqlx’s no-transaction' },
};
