-- before: CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
-- before: CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX ON ONLY events (id);
CREATE INDEX events_at_idx ON events (at); -- expect: create-index-blocking warning @ CREATE INDEX
