-- Moved behind the DROP there would be no index for a while: no fix is offered for the new one.
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- before: CREATE UNIQUE INDEX orders_old ON orders (customer_id);
DROP INDEX orders_old; -- expect: drop-index-blocking warning @ DROP INDEX
CREATE UNIQUE INDEX orders_new ON orders (customer_id, id); -- expect: create-index-blocking warning @ CREATE UNIQUE INDEX
