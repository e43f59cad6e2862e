-- One message: what follows the COMMIT is a transaction again.
-- tool: golang-migrate
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, state text);
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id); -- expect: concurrently-in-transaction error @ CONCURRENTLY
