-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text);
-- expect-file: drop-with-replacement warning @ DROP COLUMN name
ALTER TABLE users
  ADD COLUMN first_name text,
  DROP COLUMN name,
  ADD COLUMN last_name text;
