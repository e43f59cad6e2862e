-- down: derived
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_state ON orders (state);
