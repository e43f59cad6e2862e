-- direction: down
-- up: CREATE TABLE a (id bigint PRIMARY KEY);
-- up: CREATE TABLE b (a_id bigint REFERENCES a (id));
-- expect-file: down-does-not-undo warning @ -- direction: down
DROP TABLE a;
