-- pg: 18
-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text, name text, age int);
-- down: ALTER TABLE users DROP CONSTRAINT mail_there;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD CONSTRAINT mail_there NOT NULL mail; -- expect: set-not-null-unproved warning @ ADD CONSTRAINT mail_there NOT NULL mail
ALTER TABLE users ADD NOT NULL name; -- expect: set-not-null-unproved warning @ ADD NOT NULL name
ALTER TABLE users ADD CONSTRAINT age_there NOT NULL age NOT VALID;
