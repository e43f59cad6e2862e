-- tool: golang-migrate
-- before: CREATE TABLE users (id bigint NOT NULL, email text);
-- down: ALTER TABLE users DROP CONSTRAINT users_pkey;
SET lock_timeout = '2s';
ALTER TABLE users ADD PRIMARY KEY (id); -- expect: add-unique-builds-index warning @ PRIMARY KEY
