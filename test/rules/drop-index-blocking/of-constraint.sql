-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);
-- down: SELECT 1;
DROP INDEX users_email_key; -- expect: drop-index-blocking error @ DROP INDEX
