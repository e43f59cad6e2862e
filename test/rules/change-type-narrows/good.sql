-- before: CREATE TABLE users (id bigint PRIMARY KEY, name varchar(10), price numeric(8,2));
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN name TYPE text;
ALTER TABLE users ALTER COLUMN price TYPE numeric(10,2);
CREATE TABLE teams (id bigint, title text);
ALTER TABLE teams ALTER COLUMN title TYPE varchar(3);
