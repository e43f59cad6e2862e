-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')) NO INHERIT, ADD COLUMN note text; -- expect: add-check-validated warning @ CHECK
