-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint, tax bigint);
-- before: ALTER TABLE orders ADD CHECK (total > 0);
ALTER TABLE orders ADD CHECK (total < 1000000), ADD COLUMN note text; -- expect: add-check-validated warning @ CHECK
