-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
-- expect: none
CREATE TABLE refunds (id bigint PRIMARY KEY, state text);
CREATE INDEX refunds_state_idx ON refunds (state);
DROP INDEX refunds_state_idx;
