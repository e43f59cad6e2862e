-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
-- expect: none
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;
CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);
