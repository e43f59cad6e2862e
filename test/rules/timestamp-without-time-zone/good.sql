-- down: derived
CREATE TABLE meetings (id bigint PRIMARY KEY, created_at timestamptz, at timestamp with time zone, day date, opens time);
ALTER TABLE meetings ADD COLUMN ended_at timestamptz(3);
CREATE TEMPORARY TABLE scratch (t timestamp);
