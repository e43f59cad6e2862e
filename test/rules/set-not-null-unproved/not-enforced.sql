-- What is not enforced proves nothing, written on the column as well.
-- pg: 18
-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text CHECK (mail IS NOT NULL) NOT ENFORCED, name text, CONSTRAINT named CHECK (name IS NOT NULL) NOT ENFORCED);
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN mail SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER COLUMN mail SET NOT NULL
ALTER TABLE users ALTER COLUMN name SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER COLUMN name SET NOT NULL
