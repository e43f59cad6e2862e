-- before: CREATE TABLE users (id bigint PRIMARY KEY, a int, b int); CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id), note text); CREATE INDEX orders_note_idx ON orders (note);
SET LOCAL lock_timeout = '5s';
ALTER TABLE users DROP COLUMN a, ADD COLUMN c int, -- expect: drop-column warning @ DROP COLUMN a
  DROP b; -- expect: drop-column warning @ DROP b
ALTER TABLE orders DROP COLUMN user_id; -- expect: drop-column warning @ DROP COLUMN user_id
ALTER TABLE orders DROP COLUMN note; -- expect: drop-column warning @ DROP COLUMN note
ALTER TABLE elsewhere DROP COLUMN x; -- expect: drop-column warning @ DROP COLUMN x
