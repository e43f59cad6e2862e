-- The limit is not written around a build that waits for old transactions.
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- expect-file: missing-lock-timeout information @ ALTER TABLE orders
ALTER TABLE orders ADD COLUMN note text;
CREATE INDEX CONCURRENTLY orders_state ON orders (state);
ALTER TABLE orders ADD COLUMN page text;
