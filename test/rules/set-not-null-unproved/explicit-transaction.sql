-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text);
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER mail SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER mail SET NOT NULL
COMMIT;
