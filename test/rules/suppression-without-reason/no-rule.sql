-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- expect-file: suppression-without-reason hint @ -- lockstep:ignore
-- lockstep:ignore
CREATE INDEX orders_state_idx ON orders (state); -- expect: create-index-blocking warning @ CREATE INDEX
