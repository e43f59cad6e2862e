-- before: CREATE TABLE events (id bigint PRIMARY KEY);
-- down: derived
CREATE TABLE here (id int);
TRUNCATE here;
CREATE TEMP TABLE work (id int);
TRUNCATE TABLE work;
DELETE FROM events WHERE id < 100;
