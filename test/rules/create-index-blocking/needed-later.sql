-- The fix would have to move what follows as well: none is offered.
-- before: CREATE TABLE orders (id bigint NOT NULL, customer_id bigint NOT NULL);
CREATE UNIQUE INDEX orders_key ON orders (id); -- expect: create-index-blocking warning @ CREATE UNIQUE INDEX
ALTER TABLE orders ADD CONSTRAINT orders_key PRIMARY KEY USING INDEX orders_key;
