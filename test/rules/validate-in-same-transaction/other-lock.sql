-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
-- before: ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive; -- expect: validate-in-same-transaction warning @ VALIDATE CONSTRAINT orders_total_positive
