-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text); CREATE INDEX orders_id ON orders (id);
-- expect: none
CREATE INDEX CONCURRENTLY orders_state_idx ON orders (state);
DROP INDEX CONCURRENTLY orders_id;
