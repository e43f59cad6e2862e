-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text); CREATE TABLE gone (id int); DROP TABLE gone;
SET LOCAL lock_timeout = '5s';
DROP TABLE users;
CREATE TABLE here (id int PRIMARY KEY);
DROP TABLE here CASCADE;
DROP TABLE IF EXISTS gone CASCADE;
CREATE TABLE parts (id int REFERENCES other (id) ON DELETE CASCADE);
TRUNCATE elsewhere;
