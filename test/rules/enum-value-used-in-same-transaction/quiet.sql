-- before: CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE people (id bigint PRIMARY KEY, mood mood, note text); CREATE TABLE rules (mood text);
-- expect: none
ALTER TYPE mood ADD VALUE 'happy';
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
UPDATE people SET note = 'happy', mood = 'glad' WHERE id = 1;
INSERT INTO people (id, note, mood) VALUES (1, 'happy', 'glad');
UPDATE rules SET mood = 'happy' WHERE mood = 'sad';
ALTER TABLE people ADD COLUMN other text DEFAULT 'happy';
UPDATE people SET mood = 'blue' WHERE id = 3;
