-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text);
SET LOCAL lock_timeout = '5s';
DROP TABLE users CASCADE; -- expect: drop-cascade information @ CASCADE
DROP VIEW IF EXISTS reports CASCADE; -- expect: drop-cascade warning @ CASCADE
