-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text);
-- down: ALTER TABLE users ALTER COLUMN name TYPE text;
SET LOCAL lock_timeout = '5s';
-- expect: change-type-rewrites warning @ ALTER COLUMN name TYPE varchar(50)
-- expect: change-type-narrows error @ ALTER COLUMN name TYPE varchar(50)
ALTER TABLE users ALTER COLUMN name TYPE varchar(50);
