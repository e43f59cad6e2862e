-- before: CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
-- expect: none
CREATE TABLE refunds (id bigint PRIMARY KEY, order_id bigint);
ALTER TABLE refunds ADD FOREIGN KEY (order_id) REFERENCES orders;
ALTER TABLE orders ADD COLUMN refund_id bigint REFERENCES refunds;
ALTER TABLE orders ADD COLUMN parent_id bigint NULL REFERENCES orders ON DELETE SET NULL;
