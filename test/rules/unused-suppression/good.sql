-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- down: derived
SET LOCAL lock_timeout = '5s';
-- lockstep:ignore create-index-blocking -- the table is small
CREATE INDEX orders_state_idx ON orders (state);
