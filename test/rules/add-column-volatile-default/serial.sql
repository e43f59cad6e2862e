-- before: CREATE SCHEMA app; CREATE TABLE keyless (name text); CREATE TABLE app.logs (uid uuid PRIMARY KEY); CREATE TABLE users (id bigint PRIMARY KEY);
-- down: ALTER TABLE app.logs DROP COLUMN nr; ALTER TABLE users DROP COLUMN no, DROP COLUMN b;
SET LOCAL lock_timeout = '5s';
ALTER TABLE app.logs ADD COLUMN nr bigserial; -- expect: add-column-volatile-default warning @ bigserial
ALTER TABLE users ADD COLUMN no serial, ADD COLUMN b int; -- expect: add-column-volatile-default warning @ serial
-- The key needs the values at once: no fix.
ALTER TABLE keyless ADD COLUMN id bigserial, ADD PRIMARY KEY (id); -- expect: add-column-volatile-default warning @ bigserial
