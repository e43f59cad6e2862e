-- What comes after would fail while the column is there: no fix that moves the drop.
-- before: CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE teams (id bigint PRIMARY KEY); CREATE TABLE users (id bigint PRIMARY KEY, how mood, team bigint REFERENCES teams (id), note text);
SET LOCAL lock_timeout = '5s';
ALTER TABLE users DROP COLUMN how; -- expect: drop-column warning @ DROP COLUMN how
ALTER TABLE users DROP COLUMN team; -- expect: drop-column warning @ DROP COLUMN team
ALTER TABLE users DROP COLUMN note; -- expect: drop-column warning @ DROP COLUMN note
DROP TYPE mood;
DROP TABLE teams; -- expect: drop-table warning @ teams
