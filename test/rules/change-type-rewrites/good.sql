-- before: CREATE TABLE users (id bigint PRIMARY KEY, name varchar(10), code text, price numeric(8,2), at timestamp(3));
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN name TYPE varchar(20);
ALTER TABLE users ALTER COLUMN name TYPE text, ALTER COLUMN code TYPE varchar;
ALTER TABLE users ALTER COLUMN price TYPE numeric(12,2);
ALTER TABLE users ALTER COLUMN at TYPE timestamp;
CREATE TABLE teams (id int PRIMARY KEY);
ALTER TABLE teams ALTER COLUMN id TYPE bigint;
