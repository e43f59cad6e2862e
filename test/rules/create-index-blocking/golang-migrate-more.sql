-- tool: golang-migrate
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- down: ALTER TABLE orders DROP COLUMN state; DROP INDEX orders_customer_id_idx;
ALTER TABLE orders ADD COLUMN state text;
-- For the list of one customer.
CREATE INDEX orders_customer_id_idx ON orders (customer_id); -- expect: create-index-blocking warning @ CREATE INDEX
COMMENT ON COLUMN orders.state IS 'open or closed';
