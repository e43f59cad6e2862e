-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'orders_customer_id_idx') THEN
    CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
  END IF;
  REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
END
$$; -- expect: concurrently-in-transaction error @ CREATE INDEX CONCURRENTLY … ON orders (customer_id)
DO $$
BEGIN
  EXECUTE format('CREATE UNIQUE INDEX CONCURRENTLY %I ON orders (id)', 'orders_id_' || current_user);
  EXECUTE 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals';
END
$$; -- expect: concurrently-in-transaction error @ EXECUTE format('CREATE UNIQUE … 'orders_id_' || current_user)
