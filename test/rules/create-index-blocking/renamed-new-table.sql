-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect: none
CREATE TABLE orders_next (id bigint PRIMARY KEY, state text);
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_next RENAME TO orders;
CREATE INDEX orders_state_idx ON orders (state);
