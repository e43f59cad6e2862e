-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
SET lock_timeout = '5s';
-- expect: concurrently-with-lock-timeout warning @ CONCURRENTLY
CREATE INDEX CONCURRENTLY orders_state ON orders (state);
