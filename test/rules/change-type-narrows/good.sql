-- before: CREATE TABLE users (id bigint PRIMARY KEY, n int, name varchar(10), price numeric(8,2), at timestamptz);
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN n TYPE bigint;
ALTER TABLE users ALTER COLUMN name TYPE text;
ALTER TABLE users ALTER COLUMN price TYPE numeric(10,2);
ALTER TABLE users ALTER COLUMN at TYPE text;
ALTER TABLE elsewhere ALTER COLUMN x TYPE smallint;
CREATE TABLE teams (id bigint, title text);
ALTER TABLE teams ALTER COLUMN title TYPE varchar(3);
