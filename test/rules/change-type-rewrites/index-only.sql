-- The rows stay; an index whose predicate uses the column is rebuilt.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, name varchar(10)); CREATE INDEX users_named ON users (id) WHERE name <> '';
ALTER TABLE users ALTER COLUMN name TYPE varchar(20); -- expect: change-type-rewrites warning @ ALTER COLUMN name TYPE varchar(20)
