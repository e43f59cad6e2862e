-- What hangs on the column is made again for the new one.
-- before: CREATE TABLE teams (id bigint PRIMARY KEY); CREATE TABLE users (id bigint PRIMARY KEY, team bigint DEFAULT 1 CONSTRAINT users_team_fk REFERENCES teams (id) ON DELETE SET NULL, mail text, CONSTRAINT team_mail UNIQUE (team, mail), CONSTRAINT team_pos CHECK (team > 0)); CREATE INDEX users_team_idx ON users (team DESC); CREATE INDEX mailed ON users (lower(mail)) WHERE team > 3;
-- down: ALTER TABLE users RENAME COLUMN team_id TO team;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users RENAME COLUMN team TO team_id; -- expect: rename-column warning @ RENAME COLUMN team TO team_id
