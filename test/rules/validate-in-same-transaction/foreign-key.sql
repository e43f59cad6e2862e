-- tool: golang-migrate
-- before: CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
-- down: ALTER TABLE orders DROP CONSTRAINT orders_customer;
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer; -- expect: validate-in-same-transaction warning @ VALIDATE CONSTRAINT orders_customer
