-- tool: golang-migrate
-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- expect-file: missing-down warning @ -- tool: golang-migrate
ALTER TABLE users DROP COLUMN email;
