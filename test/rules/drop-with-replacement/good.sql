-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text);
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN locale text;
ALTER TABLE users ADD COLUMN full_name text;
-- Added and dropped here: nobody had it.
ALTER TABLE users ADD COLUMN tmp text;
ALTER TABLE users DROP COLUMN tmp;
CREATE TABLE fresh (id bigint, a_name text);
ALTER TABLE fresh ADD COLUMN b_name text, DROP COLUMN a_name;
