-- What these do is another rule's matter: no row is left without a value.
-- before: CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE cache (id int);
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users
  ADD COLUMN twice bigint GENERATED ALWAYS AS (id * 2) STORED NOT NULL; -- expect: rewrite-table warning @ ADD COLUMN twice bigint GENERATED ALWAYS AS (id * 2) STORED NOT NULL
TRUNCATE cache; -- expect: truncate-table warning @ cache
ALTER TABLE cache ADD COLUMN v int NOT NULL;
