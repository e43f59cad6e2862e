-- tool: diesel
-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- down: ALTER TABLE orders DROP COLUMN note;
-- expect-file: missing-lock-timeout information @ ALTER TABLE orders
SET lock_timeout = 0;
/* lockstep:ignore add-check-validated, unused-suppression -- stays above its statement */
ALTER TABLE orders ADD COLUMN note text;
