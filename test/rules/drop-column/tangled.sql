-- The down adds both columns in one statement: no fix takes that apart.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, a int, b int);
-- down: ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int, DROP COLUMN c;
SET LOCAL lock_timeout = '5s';
-- expect: drop-column warning @ DROP COLUMN a
-- expect: drop-column warning @ DROP COLUMN b
ALTER TABLE users DROP COLUMN a, DROP COLUMN b, ADD COLUMN c int;
