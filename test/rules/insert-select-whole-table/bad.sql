-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
CREATE TABLE user_emails (user_id bigint PRIMARY KEY, email text NOT NULL);
INSERT INTO user_emails (user_id, email) SELECT id, email FROM users; -- expect: insert-select-whole-table information @ INSERT INTO user_emails
