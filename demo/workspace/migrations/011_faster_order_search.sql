-- No order can be written while these run.
CREATE INDEX orders_created_at_idx ON orders (created_at);
ALTER TABLE orders ADD CONSTRAINT orders_times_in_order CHECK (updated_at >= created_at);
ALTER TABLE products ALTER COLUMN stock TYPE bigint;
