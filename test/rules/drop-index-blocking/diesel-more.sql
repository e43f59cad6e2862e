-- tool: diesel
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- before: CREATE INDEX orders_state_idx ON orders (lower(state));
-- down: ALTER TABLE orders DROP COLUMN note; CREATE INDEX orders_state_idx ON orders (lower(state));
ALTER TABLE orders ADD COLUMN note text;
DROP INDEX IF EXISTS orders_state_idx; -- expect: drop-index-blocking warning @ DROP INDEX
