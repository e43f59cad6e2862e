-- before: CREATE TABLE events (id bigint PRIMARY KEY); CREATE TABLE parts (id bigint REFERENCES events (id));
SET LOCAL lock_timeout = '5s';
TRUNCATE TABLE events CASCADE; -- expect: truncate-table warning @ events
