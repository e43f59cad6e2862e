-- before: CREATE TABLE users (id bigint PRIMARY KEY, first_name text);
-- down: ALTER TABLE users ADD COLUMN first_name text; UPDATE users SET first_name = full_name; ALTER TABLE users DROP COLUMN full_name;
-- expect-file: mixed-schema-and-data-and-drop warning @ DROP COLUMN first_name
ALTER TABLE users ADD COLUMN full_name text;
UPDATE users SET full_name = first_name;
ALTER TABLE users DROP COLUMN first_name;
