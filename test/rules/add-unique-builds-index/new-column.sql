-- before: CREATE TABLE users (id bigint PRIMARY KEY);
ALTER TABLE users ADD COLUMN slug text UNIQUE; -- expect: add-unique-builds-index warning @ UNIQUE
