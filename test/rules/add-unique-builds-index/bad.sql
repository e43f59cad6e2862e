-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email); -- expect: add-unique-builds-index warning @ UNIQUE
