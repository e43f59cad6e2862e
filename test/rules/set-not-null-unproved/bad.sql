-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text);
-- down: ALTER TABLE users ALTER COLUMN mail DROP NOT NULL;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN mail SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER COLUMN mail SET NOT NULL
