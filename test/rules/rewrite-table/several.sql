-- before: CREATE TABLE users (id bigint PRIMARY KEY); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
SET LOCAL lock_timeout = '5s';
CLUSTER users USING users_pkey; -- expect: rewrite-table warning @ CLUSTER users USING users_pkey
ALTER TABLE users ADD COLUMN n positive; -- expect: rewrite-table warning @ ADD COLUMN n positive
ALTER TABLE users ADD COLUMN a int, ADD COLUMN twice bigint GENERATED ALWAYS AS (id * 2) STORED; -- expect: rewrite-table warning @ ADD COLUMN twice bigint GENERATED ALWAYS AS (id * 2) STORED
