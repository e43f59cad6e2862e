-- direction: down
-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text);
-- before: CREATE VIEW names AS SELECT name FROM users;
-- up: CREATE OR REPLACE VIEW names AS SELECT name, id FROM users;
-- up: CREATE TABLE IF NOT EXISTS users (id bigint);
-- up: DROP INDEX IF EXISTS users_name;
-- up: INSERT INTO users VALUES (1, 'a');
-- expect: none
DROP VIEW names;
CREATE VIEW names AS SELECT name FROM users;
