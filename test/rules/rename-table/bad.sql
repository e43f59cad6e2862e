-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text);
-- down: ALTER TABLE people RENAME TO users;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users RENAME TO people; -- expect: rename-table warning @ RENAME TO people
