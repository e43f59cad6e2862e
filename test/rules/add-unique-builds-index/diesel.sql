-- tool: diesel
-- before: CREATE TABLE users (id bigint NOT NULL, email text);
-- down: ALTER TABLE users DROP CONSTRAINT users_email_key;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email, "id"); -- expect: add-unique-builds-index warning @ UNIQUE
