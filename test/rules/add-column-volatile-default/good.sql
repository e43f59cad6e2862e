-- before: CREATE TABLE users (id bigint PRIMARY KEY); CREATE FUNCTION seven() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 7';
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN a int DEFAULT 0;
ALTER TABLE users ADD COLUMN b timestamptz NOT NULL DEFAULT now();
ALTER TABLE users ADD COLUMN c int DEFAULT seven();
ALTER TABLE users ADD COLUMN token uuid;
ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();
CREATE TABLE teams (id bigint PRIMARY KEY);
ALTER TABLE teams ADD COLUMN token uuid DEFAULT gen_random_uuid();
