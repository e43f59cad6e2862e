-- before: CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE gone (id int); DROP TABLE gone;
-- down: derived
SET LOCAL lock_timeout = '5s';
CREATE TABLE scratch (id int);
DROP TABLE scratch;
CREATE TEMP TABLE work (id int);
DROP TABLE work;
DROP TABLE IF EXISTS gone;
DROP VIEW IF EXISTS v;
