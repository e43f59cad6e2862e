-- before: CREATE TYPE app.mood AS ENUM ('sad'); CREATE TABLE people (id bigint PRIMARY KEY, mood app.mood, note text);
-- down: ALTER TABLE people DROP COLUMN other;
ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'happy' AFTER 'sad';
ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'happy'; -- expect: enum-value-used-in-same-transaction error @ 'happy'
INSERT INTO people (id, note, mood) VALUES (1, 'happy', 'sad'), (2, 'sad', 'happy'); -- expect: enum-value-used-in-same-transaction error @ 'happy'
INSERT INTO people VALUES (3, 'happy'); -- expect: enum-value-used-in-same-transaction error @ 'happy'
DELETE FROM people WHERE mood IN ('sad', 'happy'); -- expect: enum-value-used-in-same-transaction error @ 'happy'
UPDATE people SET mood = CASE WHEN id = 1 THEN 'happy' ELSE mood END WHERE id = 4; -- expect: enum-value-used-in-same-transaction error @ 'happy'
CREATE INDEX happy_people ON people (id) WHERE mood = 'happy'; -- expect: enum-value-used-in-same-transaction error @ 'happy'
ALTER TABLE people ADD COLUMN other app.mood DEFAULT 'happy'; -- expect: enum-value-used-in-same-transaction error @ 'happy'
SELECT 'happy'::app.mood; -- expect: enum-value-used-in-same-transaction error @ 'happy'
