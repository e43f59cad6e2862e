-- before: CREATE TYPE order_state AS ENUM ('open', 'paid'); CREATE TABLE orders (id bigint PRIMARY KEY, state order_state);
-- before: ALTER TYPE order_state ADD VALUE 'archived';
-- down: derived
UPDATE orders SET state = 'archived' WHERE id < 1000;
