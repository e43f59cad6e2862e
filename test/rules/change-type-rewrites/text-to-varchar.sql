-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text);
-- down: ALTER TABLE users ALTER COLUMN name TYPE text;
SET LOCAL lock_timeout = '5s';
-- expect: change-type-rewrites @ name
-- expect: change-type-narrows @ name
ALTER TABLE users ALTER COLUMN name TYPE varchar(50);
