-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- expect-file: missing-down warning @ -- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
UPDATE users SET email = lower(email) WHERE id < 100;
