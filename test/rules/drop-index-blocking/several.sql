-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text, at date);
-- before: CREATE INDEX orders_state_idx ON orders (state);
-- before: CREATE INDEX orders_at_idx ON orders (at);
DROP INDEX IF EXISTS orders_state_idx, public.orders_at_idx; -- expect: drop-index-blocking warning @ DROP INDEX
