-- before: CREATE TABLE bookings (id bigint PRIMARY KEY, room bigint, during tstzrange);
-- before: CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);
-- before: CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&); -- expect: add-unique-builds-index warning @ EXCLUDE
ALTER TABLE events ADD PRIMARY KEY (id, at); -- expect: add-unique-builds-index warning @ PRIMARY KEY
