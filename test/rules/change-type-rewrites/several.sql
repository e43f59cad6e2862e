-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text, at timestamp, flag varchar(5), age int); CREATE INDEX users_age_part ON users (id) WHERE name <> '';
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN at TYPE timestamptz; -- expect: change-type-rewrites warning @ ALTER COLUMN at TYPE timestamptz
ALTER TABLE users ALTER COLUMN flag TYPE boolean USING flag = 'yes', -- expect: change-type-rewrites warning @ ALTER COLUMN flag TYPE boolean USING flag = 'yes'
  ALTER COLUMN age TYPE int;
ALTER TABLE elsewhere ALTER COLUMN x TYPE text; -- expect: change-type-rewrites information @ ALTER COLUMN x TYPE text
