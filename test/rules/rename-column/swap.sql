-- The last step of a change of type: code finds the name that it knows before and after.
-- expect: none
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, amount int, amount_new bigint);
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders RENAME COLUMN amount TO amount_old;
ALTER TABLE orders RENAME COLUMN amount_new TO amount;
