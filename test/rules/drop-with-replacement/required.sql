-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
-- down: ALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT '';
-- down: ALTER TABLE users DROP COLUMN full_name;
ALTER TABLE users ADD COLUMN full_name text;
ALTER TABLE users DROP COLUMN name; -- expect-file: drop-with-replacement warning @ DROP COLUMN name
