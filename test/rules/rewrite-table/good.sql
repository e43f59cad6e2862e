-- before: CREATE TABLE users (id bigint PRIMARY KEY); CREATE DOMAIN label AS text;
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users SET LOGGED;
ALTER TABLE users ADD COLUMN tag label DEFAULT '-';
ALTER TABLE users SET (fillfactor = 80);
CREATE TABLE teams (id bigint PRIMARY KEY);
ALTER TABLE teams SET UNLOGGED;
CLUSTER teams USING teams_pkey;
