-- tool: golang-migrate
-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
UPDATE users SET name = upper(name); -- expect: update-whole-table warning @ UPDATE users
