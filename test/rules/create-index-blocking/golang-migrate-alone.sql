-- tool: golang-migrate
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- down: DROP INDEX orders_customer_id_idx;
CREATE INDEX orders_customer_id_idx ON orders (customer_id); -- expect: create-index-blocking warning @ CREATE INDEX
