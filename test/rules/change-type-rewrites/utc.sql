-- In UTC nothing is rewritten, but an index on the column is built anew.
-- before: CREATE TABLE t (id bigint PRIMARY KEY, at timestamp, until timestamp); CREATE INDEX t_until ON t (until);
SET LOCAL lock_timeout = '5s';
SET LOCAL timezone = 'UTC';
ALTER TABLE t ALTER COLUMN at TYPE timestamptz;
ALTER TABLE t ALTER COLUMN until TYPE timestamptz; -- expect: change-type-rewrites warning @ ALTER COLUMN until TYPE timestamptz
