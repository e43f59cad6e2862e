-- before: CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE gone (id int); DROP TABLE gone;
CREATE TABLE scratch (id int);
DROP TABLE scratch;
CREATE TEMP TABLE work (id int);
DROP TABLE work;
DROP TABLE IF EXISTS gone;
DROP VIEW IF EXISTS v;
