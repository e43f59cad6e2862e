-- The column that goes is not the one that is copied.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, first_name text, phone text);
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN full_name text;
UPDATE users SET full_name = first_name WHERE id BETWEEN 1 AND 100;
ALTER TABLE users DROP COLUMN phone; -- expect: drop-column warning @ DROP COLUMN phone
