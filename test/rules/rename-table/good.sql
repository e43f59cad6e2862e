-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text); CREATE TABLE old_things (id int); CREATE INDEX users_mail ON users (mail);
-- down: derived
SET LOCAL lock_timeout = '5s';
-- Old code goes on through the view.
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;
-- Another table takes its place.
CREATE TABLE new_things (id bigint);
ALTER TABLE old_things RENAME TO older_things;
ALTER TABLE new_things RENAME TO old_things;
ALTER TABLE users_mail RENAME TO people_mail;
ALTER INDEX people_pkey RENAME TO people_pk;
