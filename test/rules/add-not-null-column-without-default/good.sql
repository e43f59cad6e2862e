-- before: CREATE TABLE users (id bigint PRIMARY KEY); CREATE DOMAIN label AS text DEFAULT '-';
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN mail text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN at timestamptz DEFAULT now() NOT NULL, ADD COLUMN note text;
ALTER TABLE users ADD COLUMN tag label NOT NULL;
ALTER TABLE users ADD COLUMN IF NOT EXISTS mail text NOT NULL;
CREATE TABLE teams (id bigint PRIMARY KEY);
ALTER TABLE teams ADD COLUMN title text NOT NULL;
