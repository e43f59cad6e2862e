-- before: CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at); CREATE INDEX events_at ON events (at);
-- before: CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- down: SELECT 1;
CREATE INDEX CONCURRENTLY events_id ON events (id); -- expect: concurrently-in-transaction error @ CONCURRENTLY
DROP INDEX CONCURRENTLY events_at; -- expect: concurrently-in-transaction error @ CONCURRENTLY
-- A partition is a table.
CREATE INDEX CONCURRENTLY events_1_id ON events_1 (id);
