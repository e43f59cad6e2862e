-- before: CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE people (id bigint PRIMARY KEY, mood mood);
-- expect: none
BEGIN;
ALTER TYPE mood ADD VALUE 'happy';
COMMIT;
UPDATE people SET mood = 'happy' WHERE id = 1;
