-- before: CREATE TABLE users (id bigint PRIMARY KEY);
SET lock_timeout = '5s';
VACUUM FULL users; -- expect: rewrite-table warning @ VACUUM FULL users
VACUUM users;
