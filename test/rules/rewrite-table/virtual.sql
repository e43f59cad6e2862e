-- A virtual column is computed when it is read.
-- expect: none
-- pg: 18
-- before: CREATE TABLE users (id bigint PRIMARY KEY);
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN thrice bigint GENERATED ALWAYS AS (id * 3) VIRTUAL;
