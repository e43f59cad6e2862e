-- tool: golang-migrate
-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- down: ALTER TABLE orders DROP COLUMN state;
-- expect-file: missing-lock-timeout information @ ALTER TABLE orders
SELECT 1;
COMMIT;
ALTER TABLE orders ADD COLUMN state text;
