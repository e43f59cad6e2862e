-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text, phone text, old_state text);
-- before: CREATE TABLE teams (id bigint PRIMARY KEY, name text);
ALTER TABLE users ADD COLUMN locale text;
ALTER TABLE users DROP COLUMN phone;
ALTER TABLE teams DROP COLUMN name;
ALTER TABLE users ADD COLUMN full_name text;
CREATE TABLE fresh (id bigint, a_name text);
ALTER TABLE fresh ADD COLUMN b_name text, DROP COLUMN a_name;
