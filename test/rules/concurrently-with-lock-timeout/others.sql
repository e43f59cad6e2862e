-- before: CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); CREATE INDEX i ON p1 (id);
SET lock_timeout = '2s';
-- expect: concurrently-with-lock-timeout warning @ CONCURRENTLY
REINDEX INDEX CONCURRENTLY i;
-- expect: concurrently-with-lock-timeout warning @ CONCURRENTLY
ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;
-- expect: concurrently-with-lock-timeout warning @ CONCURRENTLY
DROP INDEX CONCURRENTLY i;
ALTER TABLE p ADD COLUMN note text;
