-- before: CREATE TABLE orders (id bigint PRIMARY KEY, amount integer NOT NULL DEFAULT 0, note text);
-- down: ALTER TABLE orders ALTER COLUMN amount TYPE integer;
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders ALTER COLUMN amount TYPE bigint; -- expect: change-type-rewrites warning @ ALTER COLUMN amount TYPE bigint
