-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect: none
CREATE TABLE refunds (id bigint PRIMARY KEY, order_id bigint NOT NULL);
CREATE INDEX refunds_order_id_idx ON refunds (order_id);
CREATE TEMPORARY TABLE scratch (id bigint);
CREATE INDEX ON scratch (id);
CREATE MATERIALIZED VIEW refund_totals AS SELECT order_id, count(*) FROM refunds GROUP BY order_id;
CREATE UNIQUE INDEX refund_totals_key ON refund_totals (order_id);
