-- tool: golang-migrate
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- down: DROP INDEX orders_customer_id_idx;
SET lock_timeout = '2s';
CREATE UNIQUE INDEX IF NOT EXISTS orders_customer_id_idx ON public.orders USING btree (customer_id) WHERE id > 5; -- expect: create-index-blocking warning @ CREATE UNIQUE INDEX
