-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text); CREATE VIEW open_orders AS SELECT id FROM orders;
-- expect: none
CREATE TABLE refunds (id bigint PRIMARY KEY);
ALTER TABLE refunds ADD COLUMN note text;
DROP TABLE refunds;
CREATE TABLE IF NOT EXISTS payments (id bigint PRIMARY KEY);
CREATE OR REPLACE VIEW open_orders AS SELECT id FROM orders;
ALTER TABLE orders ALTER COLUMN state SET STATISTICS 500;
UPDATE orders SET state = 'x' WHERE id = 1;
