-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- before: CREATE INDEX orders_state_idx ON orders (state);
DROP INDEX CONCURRENTLY orders_state_idx;
