-- tool: diesel
-- direction: down
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, state text);
-- up: DROP INDEX orders_customer_id_idx; ALTER TABLE orders DROP COLUMN state;
ALTER TABLE orders ADD COLUMN state text;
create index concurrently orders_customer_id_idx on orders (customer_id); -- expect: concurrently-in-transaction error @ concurrently
