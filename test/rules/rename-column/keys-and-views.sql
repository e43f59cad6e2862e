-- Primary keys and columns that views read: reported, but nothing that expand and contract could do by itself.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text); CREATE VIEW v AS SELECT id, name FROM users;
ALTER TABLE users RENAME COLUMN id TO user_id; -- expect: rename-column warning @ RENAME COLUMN id TO user_id
ALTER TABLE users RENAME COLUMN name TO label; -- expect: rename-column warning @ RENAME COLUMN name TO label
ALTER VIEW v RENAME COLUMN name TO title; -- expect: rename-column warning @ RENAME COLUMN name TO title
ALTER TABLE users RENAME CONSTRAINT users_pkey TO users_pk;
