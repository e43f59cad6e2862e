-- Old servers take it, whatever it costs.
-- pg: 12
-- before: CREATE TABLE orders (id bigint PRIMARY KEY); CREATE TABLE lines (a int PRIMARY KEY);
-- down: derived
SET LOCAL lock_timeout = '5s';
-- expect: add-check-validated warning @ CHECK
-- expect: add-foreign-key-validated warning @ REFERENCES lines (a)
ALTER TABLE orders ADD COLUMN x int CONSTRAINT there NOT NULL DEFAULT 0 CHECK (x >= 0) REFERENCES lines (a);
