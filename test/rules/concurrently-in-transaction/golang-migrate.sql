-- tool: golang-migrate
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- down: DROP INDEX orders_customer_id_idx;
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id); -- expect: concurrently-in-transaction error @ CONCURRENTLY
