-- direction: down
-- before: CREATE TABLE users (id bigint PRIMARY KEY);
-- up: ALTER TABLE users ADD COLUMN nickname text;
-- up: CREATE TABLE nicknames (id bigint PRIMARY KEY, nickname text NOT NULL);
-- expect-file: down-does-not-undo warning @ -- direction: down
DROP TABLE nicknames;
