-- before: CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
-- before: CREATE INDEX events_at_idx ON events (at);
DROP INDEX events_at_idx; -- expect: drop-index-blocking warning @ DROP INDEX
DROP INDEX unknown_idx CASCADE; -- expect: drop-index-blocking warning @ DROP INDEX
