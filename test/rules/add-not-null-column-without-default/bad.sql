-- before: CREATE TABLE users (id bigint PRIMARY KEY);
-- down: ALTER TABLE users DROP COLUMN mail;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN mail text NOT NULL; -- expect: add-not-null-column-without-default error @ NOT NULL
