-- before: CREATE TABLE users (id bigint NOT NULL, email text);
BEGIN;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email); -- expect: add-unique-builds-index warning @ UNIQUE
COMMIT;
