-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- down: DROP INDEX orders_customer_id_idx; ALTER TABLE orders DROP COLUMN state;
ALTER TABLE orders ADD COLUMN state text;
CREATE INDEX ON orders (customer_id); -- expect: create-index-blocking warning @ CREATE INDEX
