-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect: none
ALTER TABLE orders ADD COLUMN state text;
CREATE TABLE refunds (id bigint PRIMARY KEY);
DROP TABLE orders;
