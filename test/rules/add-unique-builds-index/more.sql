-- before: CREATE TABLE users (id bigint NOT NULL, email text);
-- down: DROP TABLE teams; ALTER TABLE users DROP CONSTRAINT users_email_key;
CREATE TABLE teams (id bigint PRIMARY KEY);
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email); -- expect: add-unique-builds-index warning @ UNIQUE
