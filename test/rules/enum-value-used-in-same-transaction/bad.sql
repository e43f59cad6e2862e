-- before: CREATE TYPE order_state AS ENUM ('open', 'paid'); CREATE TABLE orders (id bigint PRIMARY KEY, state order_state);
ALTER TYPE order_state ADD VALUE 'archived';
UPDATE orders SET state = 'archived' WHERE id < 1000; -- expect: enum-value-used-in-same-transaction error @ 'archived'
