-- before: CREATE SCHEMA archive; CREATE TABLE users (id bigint PRIMARY KEY, mail text); CREATE VIEW v AS SELECT 1 AS n;
-- down: ALTER TABLE archive.users SET SCHEMA public;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users SET SCHEMA archive; -- expect: rename-table warning @ SET SCHEMA archive
ALTER VIEW v SET SCHEMA archive; -- expect: rename-table warning @ SET SCHEMA archive
CREATE TABLE here (id int);
ALTER TABLE here SET SCHEMA archive;
