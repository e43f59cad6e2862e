-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
ALTER TABLE users ADD COLUMN locale text;
UPDATE users SET locale = 'en' WHERE locale IS NULL; -- expect: update-whole-table warning @ UPDATE users
