-- direction: down
-- before: CREATE TABLE users (id bigint PRIMARY KEY);
-- up: ALTER TABLE users ADD COLUMN nickname text;
-- up: CREATE TABLE nicknames (id bigint PRIMARY KEY, nickname text NOT NULL);
-- up: CREATE INDEX nicknames_nickname ON nicknames (nickname);
-- up: UPDATE users SET nickname = 'x' WHERE id = 1;
DROP TABLE nicknames;
ALTER TABLE users DROP COLUMN nickname;
