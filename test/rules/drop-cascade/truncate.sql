-- before: CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id)); CREATE TABLE items (order_id bigint REFERENCES orders (id));
SET LOCAL lock_timeout = '5s';
TRUNCATE TABLE users RESTART IDENTITY CASCADE; -- expect: drop-cascade warning @ CASCADE
TRUNCATE elsewhere CASCADE; -- expect: drop-cascade warning @ CASCADE
