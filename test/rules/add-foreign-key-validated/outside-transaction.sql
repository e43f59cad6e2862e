-- before: CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
-- The whole file runs outside a transaction, so VALIDATE can follow at once.
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers -- expect: add-foreign-key-validated warning @ FOREIGN KEY
