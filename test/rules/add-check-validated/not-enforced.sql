-- pg: 18
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
-- expect: none
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT ENFORCED;
ALTER TABLE orders ADD COLUMN tax int CHECK (tax >= 0) NOT ENFORCED, ADD COLUMN buyer bigint DEFAULT 1 REFERENCES orders (id) NOT ENFORCED;
