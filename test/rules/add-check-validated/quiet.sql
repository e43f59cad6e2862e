-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
-- expect: none
CREATE TABLE refunds (id bigint PRIMARY KEY, total bigint);
ALTER TABLE refunds ADD CHECK (total > 0);
ALTER TABLE refunds ADD COLUMN tax bigint CHECK (tax >= 0);
