-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- before: CREATE INDEX orders_state_idx ON orders (state);
DROP INDEX orders_state_idx; -- expect: drop-index-blocking warning @ DROP INDEX
