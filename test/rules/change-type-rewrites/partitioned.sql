-- before: CREATE TABLE events (id int, at date, note varchar(10)) PARTITION BY RANGE (at);
-- before: CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- down: SELECT 1;
ALTER TABLE events ALTER COLUMN id TYPE bigint; -- expect: change-type-rewrites warning @ ALTER COLUMN id TYPE bigint
ALTER TABLE events ALTER COLUMN note TYPE varchar(20);
