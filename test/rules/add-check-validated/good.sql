-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
