-- tool: golang-migrate
-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- down: DROP TABLE refunds;
-- expect-file: missing-lock-timeout hint @ CREATE TABLE refunds
CREATE TABLE refunds (id bigint PRIMARY KEY, order_id bigint REFERENCES orders);
