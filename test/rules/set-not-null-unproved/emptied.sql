-- Nothing to read, and nothing to write anew, in an empty table.
-- before: CREATE TABLE cache (v int, w int);
-- down: derived
SET LOCAL lock_timeout = '5s';
TRUNCATE cache; -- expect: truncate-table warning @ cache
ALTER TABLE cache ALTER COLUMN v SET NOT NULL, ALTER COLUMN w TYPE bigint, ADD COLUMN u uuid DEFAULT gen_random_uuid();
