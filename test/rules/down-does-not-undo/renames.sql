-- direction: down
-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text);
-- up: ALTER TABLE users RENAME TO people;
-- up: ALTER TABLE people RENAME COLUMN name TO full_name;
-- up: ALTER TABLE people ADD COLUMN age int;
-- expect: none
ALTER TABLE people DROP COLUMN age;
ALTER TABLE people RENAME COLUMN full_name TO name;
ALTER TABLE people RENAME TO users;
