-- direction: down
-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text, team_id bigint);
-- before: CREATE TABLE teams (id bigint PRIMARY KEY);
-- up: CREATE INDEX ON users (email);
-- up: ALTER TABLE users ADD FOREIGN KEY (team_id) REFERENCES teams (id);
-- up: ALTER TABLE users ADD UNIQUE (email);
-- expect-file: down-does-not-undo warning @ -- direction: down
BEGIN;
ALTER TABLE users DROP CONSTRAINT users_email_key;
COMMIT;
