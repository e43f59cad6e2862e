-- Every value fits, so nothing is narrowed: that the table is rewritten is another matter.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, n int, at timestamptz);
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN n TYPE bigint; -- expect: change-type-rewrites warning @ ALTER COLUMN n TYPE bigint
ALTER TABLE users ALTER COLUMN at TYPE text; -- expect: change-type-rewrites warning @ ALTER COLUMN at TYPE text
-- What its type was nobody knows.
ALTER TABLE elsewhere ALTER COLUMN x TYPE smallint; -- expect: change-type-rewrites warning @ ALTER COLUMN x TYPE smallint
