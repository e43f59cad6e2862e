-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- down: derived
SET lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_state_idx ON orders (state);
