-- before: CREATE TABLE users (id bigint PRIMARY KEY, name varchar(100));
-- down: ALTER TABLE users ALTER COLUMN name TYPE varchar(100);
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN name TYPE varchar(20); -- expect: change-type-narrows error @ ALTER COLUMN name TYPE varchar(20)
