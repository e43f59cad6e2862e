-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect-file: missing-lock-timeout @ ADD COLUMN
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
BEGIN;
ALTER TABLE orders ADD COLUMN state text;
COMMIT;
