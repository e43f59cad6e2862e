-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
ALTER TABLE orders
  ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID,
  VALIDATE CONSTRAINT orders_total_positive; -- expect: validate-in-same-transaction warning @ VALIDATE CONSTRAINT orders_total_positive
