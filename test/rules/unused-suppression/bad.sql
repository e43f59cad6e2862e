-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- lockstep:ignore create-index-blocking -- the table is small
CREATE INDEX CONCURRENTLY orders_state_idx ON orders (state); -- expect: unused-suppression hint @ create-index-blocking
