-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text UNIQUE); CREATE TABLE letters (mail text REFERENCES users (mail)); CREATE VIEW v AS SELECT mail FROM users; CREATE VIEW w AS SELECT * FROM v; CREATE TYPE mood AS ENUM ('ok');
SET LOCAL lock_timeout = '5s';
ALTER TABLE users DROP COLUMN mail CASCADE; -- expect: drop-cascade warning @ CASCADE
ALTER TABLE unknown_one DROP CONSTRAINT c CASCADE; -- expect: drop-cascade warning @ CASCADE
DROP TYPE mood CASCADE; -- expect: drop-cascade warning @ CASCADE
DROP SCHEMA app CASCADE; -- expect: drop-cascade warning @ CASCADE
TRUNCATE users CASCADE; -- expect: drop-cascade warning @ CASCADE
