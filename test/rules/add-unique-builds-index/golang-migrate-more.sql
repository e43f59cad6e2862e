-- pg: 15
-- tool: golang-migrate
-- before: CREATE TABLE app.users (id bigint NOT NULL, email text);
-- down: ALTER TABLE app.users DROP CONSTRAINT users_email_id_key; DROP TABLE app.teams;
CREATE TABLE app.teams (id bigint PRIMARY KEY);
ALTER TABLE app.users ADD UNIQUE NULLS NOT DISTINCT (email) INCLUDE (id) DEFERRABLE INITIALLY DEFERRED; -- expect: add-unique-builds-index warning @ UNIQUE
