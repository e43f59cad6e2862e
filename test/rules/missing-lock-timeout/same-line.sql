-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect-file: missing-lock-timeout @ DROP TABLE
SELECT 1; DROP TABLE orders;
