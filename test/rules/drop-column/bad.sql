-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text NOT NULL, age int);
-- down: ALTER TABLE users ADD COLUMN mail text;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users DROP COLUMN mail; -- expect: drop-column warning @ DROP COLUMN mail
