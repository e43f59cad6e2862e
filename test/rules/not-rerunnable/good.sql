-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- down: derived
SET lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;
CREATE INDEX CONCURRENTLY orders_state_idx ON orders (state);
