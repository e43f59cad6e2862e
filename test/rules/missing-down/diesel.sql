-- tool: diesel
-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- expect-file: missing-down warning @ -- tool: diesel
CREATE INDEX users_email ON users (email);
DELETE FROM users WHERE email IS NULL;
