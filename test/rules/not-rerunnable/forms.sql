-- before: CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int, c int); CREATE INDEX i1 ON orders (a); CREATE TYPE mood AS ENUM ('sad');
-- before: CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE VIEW other AS SELECT 1; CREATE TABLE old (id bigint);
-- expect-file: not-rerunnable @ CREATE SEQUENCE
CREATE SEQUENCE app.numbers START 5;
-- expect-file: not-rerunnable @ CREATE INDEX
CREATE INDEX ON orders (b);
-- expect-file: not-rerunnable @ CREATE UNIQUE INDEX CONCURRENTLY
CREATE UNIQUE INDEX CONCURRENTLY orders_c_idx ON orders (c);
-- expect-file: not-rerunnable @ DROP INDEX CONCURRENTLY
DROP INDEX CONCURRENTLY i1;
-- expect-file: not-rerunnable @ ADD VALUE
ALTER TYPE mood ADD VALUE 'happy';
-- expect-file: not-rerunnable @ ADD CONSTRAINT
-- expect-file: not-rerunnable @ DROP
ALTER TABLE orders ADD CONSTRAINT positive CHECK (a > 0) NOT VALID, DROP b;
-- expect-file: not-rerunnable @ ADD
ALTER TABLE orders ADD d int, ALTER COLUMN a SET NOT NULL;
-- expect-file: not-rerunnable @ CREATE
CREATE VIEW open AS SELECT id FROM orders;
-- expect-file: not-rerunnable @ CREATE MATERIALIZED VIEW
CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM orders;
-- expect-file: not-rerunnable @ CREATE TYPE
CREATE TYPE colour AS ENUM ('red');
-- expect-file: not-rerunnable @ ALTER TABLE
ALTER TABLE orders RENAME COLUMN a TO a2;
-- expect-file: not-rerunnable @ CREATE
CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f();
-- expect-file: not-rerunnable @ DROP VIEW
DROP VIEW other;
UPDATE orders SET c = 1 WHERE c IS NULL;
SET lock_timeout = '1s';
DROP TABLE old;
