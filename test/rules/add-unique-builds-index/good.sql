-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- before: CREATE UNIQUE INDEX users_email_key ON users (email);
-- down: derived
-- The index was built CONCURRENTLY by the migration before.
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
