-- pg: 18
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
-- expect: none
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT ENFORCED;
