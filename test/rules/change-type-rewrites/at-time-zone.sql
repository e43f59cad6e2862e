-- before: CREATE TABLE t (id bigint PRIMARY KEY, at timestamp, until timestamp, times timestamp[]);
-- down: ALTER TABLE t ALTER COLUMN at TYPE timestamp, ALTER COLUMN until TYPE timestamp; ALTER TABLE t ALTER COLUMN times TYPE timestamp[];
SET LOCAL lock_timeout = '5s';
ALTER TABLE t
  ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC', -- expect: change-type-rewrites warning @ ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC'
  ALTER COLUMN until TYPE timestamptz USING until AT TIME ZONE 'Europe/Paris'; -- expect: change-type-rewrites warning @ ALTER COLUMN until TYPE … AT TIME ZONE 'Europe/Paris'
ALTER TABLE t ALTER COLUMN times TYPE timestamptz[]; -- expect: change-type-rewrites warning @ ALTER COLUMN times TYPE timestamptz[]
