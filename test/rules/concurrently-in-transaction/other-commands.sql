-- before: CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
-- before: CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- before: CREATE TABLE orders (id bigint PRIMARY KEY);
BEGIN;
REINDEX TABLE CONCURRENTLY orders; -- expect: concurrently-in-transaction error @ CONCURRENTLY
ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY; -- expect: concurrently-in-transaction error @ CONCURRENTLY
VACUUM orders; -- expect: concurrently-in-transaction error @ VACUUM orders
ALTER SYSTEM SET work_mem = '8MB'; -- expect: concurrently-in-transaction error @ ALTER SYSTEM SET work_mem = '8MB'
COMMIT;
