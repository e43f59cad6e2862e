-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text);
-- down: ALTER TABLE users DROP COLUMN full_name; ALTER TABLE users ADD COLUMN name text;
-- expect-file: drop-with-replacement warning @ DROP COLUMN name
ALTER TABLE users ADD COLUMN full_name text;
ALTER TABLE users DROP COLUMN name;
