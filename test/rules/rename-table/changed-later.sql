-- A view of all columns would stand in the way of the DROP COLUMN: no fix.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text);
SET LOCAL lock_timeout = '5s';
ALTER TABLE users RENAME TO people; -- expect: rename-table warning @ RENAME TO people
ALTER TABLE people DROP COLUMN mail; -- expect: drop-column warning @ DROP COLUMN mail
