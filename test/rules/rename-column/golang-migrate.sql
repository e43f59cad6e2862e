-- tool: golang-migrate
-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text NOT NULL); CREATE INDEX users_mail_idx ON users (mail); CREATE VIEW v AS SELECT id FROM users;
-- down: ALTER TABLE users RENAME COLUMN email TO mail;
ALTER TABLE users RENAME COLUMN mail TO email; -- expect: rename-column warning @ RENAME COLUMN mail TO email
