-- The whole table in one go, and then what it was computed from is gone.
UPDATE orders SET status = 'cancelled';
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
ALTER TABLE orders DROP COLUMN legacy_reference;
