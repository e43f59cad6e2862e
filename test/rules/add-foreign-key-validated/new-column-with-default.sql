-- before: CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY);
ALTER TABLE orders ADD COLUMN customer_id bigint NOT NULL DEFAULT 1 CONSTRAINT orders_customer REFERENCES customers (id) ON DELETE SET DEFAULT ON UPDATE NO ACTION NOT DEFERRABLE; -- expect: add-foreign-key-validated warning @ REFERENCES customers (id) ON … NO ACTION NOT DEFERRABLE
