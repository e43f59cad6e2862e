-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect: transaction-not-ended error @ BEGIN
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
