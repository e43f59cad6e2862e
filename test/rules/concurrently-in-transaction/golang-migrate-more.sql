-- tool: golang-migrate
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- before: CREATE INDEX orders_old_idx ON orders (customer_id);
-- down: ALTER TABLE orders DROP COLUMN state; DROP INDEX orders_customer_id_idx; CREATE INDEX orders_old_idx ON orders (customer_id);
ALTER TABLE orders ADD COLUMN state text;
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id); -- expect: concurrently-in-transaction error @ CONCURRENTLY
DROP INDEX CONCURRENTLY orders_old_idx; -- expect: concurrently-in-transaction error @ CONCURRENTLY
