-- The names would mean something else in the new files: no fix.
-- before: CREATE SCHEMA app; CREATE TABLE app.users (id bigint PRIMARY KEY, mail text);
SET search_path = app;
SET lock_timeout = '5s';
ALTER TABLE users RENAME COLUMN mail TO email; -- expect: rename-column warning @ RENAME COLUMN mail TO email
