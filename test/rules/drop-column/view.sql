-- A view reads it: PostgreSQL refuses.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text, age int); CREATE VIEW v AS SELECT id, mail FROM users;
ALTER TABLE users DROP COLUMN mail; -- expect: drop-column error @ DROP COLUMN mail
ALTER TABLE users DROP COLUMN age; -- expect: drop-column warning @ DROP COLUMN age
