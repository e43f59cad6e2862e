-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- expect: none
DROP INDEX CONCURRENTLY IF EXISTS orders_state_idx;
CREATE INDEX CONCURRENTLY orders_state_idx ON orders (state);
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_state_known;
ALTER TABLE orders ADD CONSTRAINT orders_state_known CHECK (state <> '') NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_state_known;
