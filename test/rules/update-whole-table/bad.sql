-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
ALTER TABLE users ADD COLUMN name_lower text;
UPDATE users SET name_lower = lower(name); -- expect: update-whole-table warning @ UPDATE users
