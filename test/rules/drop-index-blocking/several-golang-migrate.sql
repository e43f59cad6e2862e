-- tool: golang-migrate
-- Two files would have to be made, and the down is one: no fix is offered.
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text, at date);
-- before: CREATE INDEX orders_state_idx ON orders (state);
-- before: CREATE INDEX orders_at_idx ON orders (at);
-- down: CREATE INDEX orders_state_idx ON orders (state); CREATE INDEX orders_at_idx ON orders (at);
DROP INDEX orders_state_idx, orders_at_idx; -- expect: drop-index-blocking warning @ DROP INDEX
