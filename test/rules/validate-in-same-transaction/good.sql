-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
-- before: ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
-- down: derived
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;
