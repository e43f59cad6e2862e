-- The first migration of all clears the place for what it makes.
-- expect: none
DROP TABLE IF EXISTS users;
CREATE TABLE users (id bigint PRIMARY KEY);
