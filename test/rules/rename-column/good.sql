-- A column that nobody knows yet: made in this migration.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text);
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN emial text;
ALTER TABLE users RENAME COLUMN emial TO email;
CREATE TABLE teams (id bigint PRIMARY KEY, title text);
ALTER TABLE teams RENAME title TO name;
CREATE TEMP TABLE work (a int);
ALTER TABLE work RENAME a TO b;
CREATE TYPE address AS (street text);
ALTER TYPE address RENAME ATTRIBUTE street TO road;
