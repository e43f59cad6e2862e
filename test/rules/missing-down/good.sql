-- before: CREATE TABLE users (id bigint PRIMARY KEY);
-- down: ALTER TABLE users DROP COLUMN locale;
ALTER TABLE users ADD COLUMN locale text;
