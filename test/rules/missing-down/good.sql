-- before: CREATE TABLE users (id bigint PRIMARY KEY);
-- down: ALTER TABLE users DROP COLUMN locale;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN locale text;
