-- before: CREATE TABLE users (id bigint PRIMARY KEY, a int, b int NOT NULL);
-- down: ALTER TABLE users DROP COLUMN c; ALTER TABLE users ADD COLUMN b int; ALTER TABLE users ADD COLUMN a int;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users DROP COLUMN a, -- expect: drop-column warning @ DROP COLUMN a
  DROP COLUMN b, -- expect: drop-column warning @ DROP COLUMN b
  ADD COLUMN c int;
