-- pg: 12
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total int, note text); CREATE TABLE events (id bigint) PARTITION BY RANGE (id); CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (9);
ALTER TABLE orders ALTER COLUMN total DROP EXPRESSION; -- expect: needs-newer-postgresql information @ DROP EXPRESSION
ALTER TABLE orders ALTER COLUMN note SET COMPRESSION lz4; -- expect: needs-newer-postgresql information @ SET COMPRESSION
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch(); -- expect: needs-newer-postgresql information @ CREATE OR REPLACE TRIGGER
CREATE FUNCTION one() RETURNS int RETURN 1; -- expect: needs-newer-postgresql information @ RETURN
CREATE FUNCTION two() RETURNS int BEGIN ATOMIC SELECT 2; END; -- expect: needs-newer-postgresql information @ BEGIN ATOMIC
ALTER TABLE orders ADD UNIQUE NULLS NOT DISTINCT (note); -- expect: needs-newer-postgresql information @ NULLS NOT DISTINCT
CREATE UNIQUE INDEX CONCURRENTLY orders_total ON orders (total) NULLS NOT DISTINCT; -- expect: needs-newer-postgresql information @ NULLS NOT DISTINCT
MERGE INTO orders USING events ON orders.id = events.id WHEN MATCHED THEN DELETE; -- expect: needs-newer-postgresql information @ MERGE
ALTER TABLE orders SET ACCESS METHOD heap; -- expect: needs-newer-postgresql information @ SET ACCESS METHOD
CREATE VIEW v WITH (security_invoker = true) AS SELECT 1; -- expect: needs-newer-postgresql information @ CREATE VIEW v WITH (security_invoker = true) AS SELECT 1
CREATE TABLE lines (a int, b text COMPRESSION lz4); -- expect: needs-newer-postgresql information @ COMPRESSION
CREATE TABLE notes (a text STORAGE external); -- expect: needs-newer-postgresql information @ STORAGE
ALTER TABLE orders ALTER COLUMN total SET EXPRESSION AS (1); -- expect: needs-newer-postgresql information @ SET EXPRESSION
ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (total * 2) VIRTUAL; -- expect: needs-newer-postgresql information @ GENERATED
ALTER TABLE orders ADD CONSTRAINT total_there NOT NULL total NOT VALID; -- expect: needs-newer-postgresql information @ NOT NULL
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT ENFORCED; -- expect: needs-newer-postgresql information @ NOT ENFORCED
CREATE TABLE rooms (a int, at tstzrange, PRIMARY KEY (a, at WITHOUT OVERLAPS)); -- expect: needs-newer-postgresql information @ WITHOUT OVERLAPS
ALTER TABLE orders ADD CONSTRAINT of FOREIGN KEY (id) REFERENCES lines ON DELETE SET NULL (id) NOT VALID; -- expect: needs-newer-postgresql information @ ON DELETE SET
