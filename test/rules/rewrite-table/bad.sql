-- before: CREATE TABLE users (id bigint PRIMARY KEY);
SET LOCAL lock_timeout = '5s';
ALTER TABLE users SET UNLOGGED; -- expect: rewrite-table @ SET UNLOGGED
