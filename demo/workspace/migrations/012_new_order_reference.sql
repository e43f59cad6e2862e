-- Schema, data and the end of the old column in one go: nothing in between can be deployed or taken back.
ALTER TABLE orders ADD COLUMN reference text;
UPDATE orders SET reference = legacy_reference;
ALTER TABLE orders ALTER COLUMN reference SET NOT NULL;
ALTER TABLE orders DROP COLUMN legacy_reference;
