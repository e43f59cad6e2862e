SET lock_timeout = '2s';

ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_status_known;
ALTER TABLE orders DROP COLUMN IF EXISTS status;
