-- The foreign key needs the constraint: no fix is offered.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email); -- expect: add-unique-builds-index warning @ UNIQUE
CREATE TABLE logins (id bigint PRIMARY KEY, email text REFERENCES users (email));
