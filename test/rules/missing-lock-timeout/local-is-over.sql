-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect-file: missing-lock-timeout information @ ALTER TABLE orders
BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
ALTER TABLE orders ADD COLUMN state text;
