-- before: CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));
SET LOCAL lock_timeout = '5s';
CREATE TABLE here (id int);
-- expect: drop-table warning @ orders
-- expect: drop-table warning @ other.logs
DROP TABLE IF EXISTS orders, here, other.logs;
