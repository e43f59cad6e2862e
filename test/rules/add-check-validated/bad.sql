-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0); -- expect: add-check-validated warning @ CHECK
