-- tool: golang-migrate
-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- down: ALTER TABLE orders DROP COLUMN state;
ALTER TABLE orders
  ADD COLUMN state text CONSTRAINT orders_state_known CHECK (state IN ('open', 'closed')) DEFAULT 'open'; -- expect: add-check-validated warning @ CHECK
