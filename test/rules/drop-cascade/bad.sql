-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text); CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id)); CREATE VIEW v AS SELECT mail FROM users;
SET LOCAL lock_timeout = '5s';
DROP TABLE users CASCADE; -- expect: drop-cascade warning @ CASCADE
