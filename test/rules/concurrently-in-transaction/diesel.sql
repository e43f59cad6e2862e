-- tool: diesel
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- down: DROP INDEX orders_customer_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_id_idx ON orders (customer_id); -- expect: concurrently-in-transaction error @ CONCURRENTLY
