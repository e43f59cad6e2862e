ALTER TABLE products ALTER COLUMN stock TYPE integer;
ALTER TABLE orders DROP CONSTRAINT orders_times_in_order;
DROP INDEX orders_created_at_idx;
