-- before: CREATE TABLE teams (id bigint PRIMARY KEY); CREATE TABLE users (team_id bigint REFERENCES teams); CREATE VIEW v AS SELECT id FROM teams;
-- before: CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (a_id bigint REFERENCES a);
-- down: SELECT 1;
-- A foreign key and a view need it.
DROP TABLE teams; -- expect: drop-table error @ teams
-- Both go together.
-- expect: drop-table warning @ a
-- expect: drop-table warning @ b
DROP TABLE a, b;
