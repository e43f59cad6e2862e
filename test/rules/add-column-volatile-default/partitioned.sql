-- before: CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);
-- before: CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- down: ALTER TABLE events DROP COLUMN token;
-- The partitions hold the rows, and are rewritten.
ALTER TABLE events ADD COLUMN token uuid DEFAULT gen_random_uuid(); -- expect: add-column-volatile-default warning @ DEFAULT gen_random_uuid()
