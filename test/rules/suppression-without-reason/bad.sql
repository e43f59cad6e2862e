-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- expect-file: suppression-without-reason hint @ -- lockstep:ignore create-index-blocking
-- lockstep:ignore create-index-blocking
CREATE INDEX orders_state_idx ON orders (state);
