-- Both steps in one file work, and cannot be run a second time.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- down: derived
SET lock_timeout = '5s';
-- expect-file: not-rerunnable hint @ CREATE UNIQUE INDEX CONCURRENTLY
CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
