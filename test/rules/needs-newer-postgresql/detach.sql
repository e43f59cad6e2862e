-- pg: 13
-- before: CREATE TABLE events (id bigint) PARTITION BY RANGE (id); CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (9);
ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY; -- expect: needs-newer-postgresql information @ CONCURRENTLY
