-- expect: none
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, amount int); CREATE TABLE orders_copy (id bigint PRIMARY KEY, amount bigint);
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_copy RENAME TO orders;
