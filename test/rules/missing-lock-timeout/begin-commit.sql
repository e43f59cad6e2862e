-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect-file: missing-lock-timeout information @ ALTER TABLE orders
BEGIN;

-- Free text.
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
