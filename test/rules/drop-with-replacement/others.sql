-- None of the new columns stands for one that goes.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text, phone text, old_state text);
-- before: CREATE TABLE teams (id bigint PRIMARY KEY, name text);
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN locale text;
ALTER TABLE users DROP COLUMN phone; -- expect: drop-column warning @ DROP COLUMN phone
ALTER TABLE teams DROP COLUMN name; -- expect: drop-column warning @ DROP COLUMN name
ALTER TABLE users ADD COLUMN full_name text;
