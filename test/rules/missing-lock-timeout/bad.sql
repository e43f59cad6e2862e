-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect-file: missing-lock-timeout information @ ALTER TABLE orders
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN state text;
