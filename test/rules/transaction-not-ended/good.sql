-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- down: derived
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
