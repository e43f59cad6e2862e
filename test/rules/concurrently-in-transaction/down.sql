-- tool: diesel
-- direction: down
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- up: CREATE INDEX orders_customer_id_idx ON orders (customer_id);
DROP INDEX CONCURRENTLY orders_customer_id_idx; -- expect: concurrently-in-transaction error @ CONCURRENTLY
