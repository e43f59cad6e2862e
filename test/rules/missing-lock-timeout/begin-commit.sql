-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect-file: missing-lock-timeout @ ADD COLUMN
BEGIN;

-- Free text.
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
