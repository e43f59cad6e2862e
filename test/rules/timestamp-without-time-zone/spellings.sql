-- before: CREATE TABLE old (id bigint PRIMARY KEY);
CREATE TABLE a (t TIMESTAMP WITHOUT TIME ZONE NOT NULL); -- expect: timestamp-without-time-zone hint @ TIMESTAMP
CREATE TABLE b (t timestamp(3) without time zone); -- expect: timestamp-without-time-zone hint @ timestamp
CREATE TABLE c (t timestamp(6)); -- expect: timestamp-without-time-zone hint @ timestamp
CREATE TABLE d (t timestamp[]); -- expect: timestamp-without-time-zone hint @ timestamp
ALTER TABLE old ADD COLUMN t timestamp; -- expect: timestamp-without-time-zone hint @ timestamp
ALTER TABLE a ADD COLUMN u int, ADD COLUMN v timestamp without time zone DEFAULT now(); -- expect: timestamp-without-time-zone hint @ timestamp
