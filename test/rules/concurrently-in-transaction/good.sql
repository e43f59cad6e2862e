-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- down: derived
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
