-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text); CREATE TABLE teams (id bigint PRIMARY KEY);
-- down: CREATE TABLE users (id bigint PRIMARY KEY, mail text); ALTER TABLE teams DROP COLUMN title;
SET LOCAL lock_timeout = '5s';
ALTER TABLE teams ADD COLUMN title text;
DROP TABLE users; -- expect: drop-table warning @ users
