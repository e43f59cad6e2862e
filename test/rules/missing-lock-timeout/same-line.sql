-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect-file: missing-lock-timeout information @ DROP TABLE orders
SELECT 1; DROP TABLE orders;
