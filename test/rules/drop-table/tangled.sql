-- The way back of users rests on teams, which this file's own down makes: no fix.
-- before: CREATE TABLE teams (id bigint PRIMARY KEY); CREATE TABLE users (id bigint PRIMARY KEY, team bigint REFERENCES teams (id)); CREATE TABLE z (id int);
-- down: CREATE TABLE teams (id bigint PRIMARY KEY); CREATE TABLE users (id bigint PRIMARY KEY, team bigint REFERENCES teams (id)); ALTER TABLE z DROP COLUMN a;
SET LOCAL lock_timeout = '5s';
ALTER TABLE z ADD COLUMN a int;
DROP TABLE users; -- expect: drop-table warning @ users
DROP TABLE teams; -- expect: drop-table warning @ teams
