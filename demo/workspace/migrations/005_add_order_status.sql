SET lock_timeout = '2s';

ALTER TABLE orders ADD COLUMN IF NOT EXISTS status text NOT NULL DEFAULT 'open';
ALTER TABLE orders ADD CONSTRAINT orders_status_known
    CHECK (status IN ('open', 'paid', 'shipped', 'cancelled')) NOT VALID;
