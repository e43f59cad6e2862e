-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
-- down: ALTER TABLE users DROP COLUMN locale;
ALTER TABLE users ADD COLUMN locale text;
UPDATE users SET locale = 'en'; -- expect: update-whole-table warning @ UPDATE users
ALTER TABLE users ALTER COLUMN locale SET NOT NULL;
