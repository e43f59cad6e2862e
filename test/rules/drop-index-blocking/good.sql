-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- before: CREATE INDEX orders_state_idx ON orders (state);
-- down: derived
DROP INDEX CONCURRENTLY orders_state_idx;
