-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect-file: not-rerunnable hint @ ADD COLUMN
ALTER TABLE orders ADD COLUMN state text;
CREATE INDEX CONCURRENTLY orders_state_idx ON orders (state);
