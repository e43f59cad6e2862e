-- before: CREATE TABLE gone (id int); DROP TABLE gone;
-- down: derived
SET LOCAL lock_timeout = '5s';
CREATE TABLE here (id int PRIMARY KEY);
DROP TABLE here CASCADE;
DROP TABLE IF EXISTS gone CASCADE;
CREATE TABLE parts (id int REFERENCES other (id) ON DELETE CASCADE);
