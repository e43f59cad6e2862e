-- tool: diesel
-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text NOT NULL);
-- down: ALTER TABLE users RENAME COLUMN email TO mail;
SET LOCAL lock_timeout = '2s';
ALTER TABLE users RENAME COLUMN mail TO email; -- expect: rename-column warning @ RENAME COLUMN mail TO email
