-- Apply refuses it, and psql can run it.
-- expect-file: client-only-text warning @ \echo made
\echo made
CREATE TABLE bins (id bigint PRIMARY KEY);
