-- before: CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int, c int); CREATE INDEX i1 ON orders (a); CREATE TYPE mood AS ENUM ('sad');
-- before: CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE VIEW other AS SELECT 1; CREATE TABLE old (id bigint);
-- expect-file: not-rerunnable hint @ CREATE SEQUENCE
CREATE SEQUENCE app.numbers START 5;
-- expect-file: not-rerunnable hint @ CREATE INDEX
CREATE INDEX ON orders (b);
-- expect-file: not-rerunnable hint @ CREATE UNIQUE INDEX CONCURRENTLY
CREATE UNIQUE INDEX CONCURRENTLY orders_c_idx ON orders (c);
-- expect-file: not-rerunnable hint @ DROP INDEX CONCURRENTLY
DROP INDEX CONCURRENTLY i1;
-- expect-file: not-rerunnable hint @ ALTER TYPE mood ADD VALUE
ALTER TYPE mood ADD VALUE 'happy';
-- expect-file: not-rerunnable hint @ ADD CONSTRAINT positive CHECK (a > 0) NOT VALID
-- expect-file: not-rerunnable hint @ DROP
ALTER TABLE orders ADD CONSTRAINT positive CHECK (a > 0) NOT VALID, DROP b;
-- expect-file: not-rerunnable hint @ ADD
ALTER TABLE orders ADD d int, ALTER COLUMN a SET NOT NULL;
-- expect-file: not-rerunnable hint @ CREATE
CREATE VIEW open AS SELECT id FROM orders;
-- expect-file: not-rerunnable hint @ CREATE MATERIALIZED VIEW
CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM orders;
-- expect-file: not-rerunnable hint @ CREATE TYPE
CREATE TYPE colour AS ENUM ('red');
-- expect-file: not-rerunnable hint @ ALTER TABLE
ALTER TABLE orders RENAME COLUMN a TO a2;
-- expect-file: not-rerunnable hint @ CREATE
CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f();
-- expect-file: not-rerunnable hint @ DROP VIEW
DROP VIEW other;
UPDATE orders SET c = 1 WHERE c IS NULL;
SET lock_timeout = '1s';
DROP TABLE old;
