-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect-file: not-rerunnable hint @ CREATE TABLE
-- expect-file: not-rerunnable hint @ DROP COLUMN
BEGIN;
SET LOCAL lock_timeout = '1s';
CREATE TABLE refunds (id bigint PRIMARY KEY);
ALTER TABLE orders DROP COLUMN id;
COMMIT;
BEGIN;
ALTER TABLE orders ADD COLUMN state text;
COMMIT;
