SET lock_timeout = '2s';

ALTER TABLE orders ADD COLUMN legacy_reference text;
UPDATE orders SET legacy_reference = reference;
ALTER TABLE orders DROP COLUMN reference;
