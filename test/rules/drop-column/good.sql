-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text);
-- down: derived
SET LOCAL lock_timeout = '5s';
-- Made and dropped in one migration: nobody has seen it.
ALTER TABLE users ADD COLUMN tmp text;
UPDATE users SET tmp = lower(mail) WHERE id < 10;
ALTER TABLE users DROP COLUMN tmp;
-- It is not there, and IF EXISTS says that this is all right.
ALTER TABLE users DROP COLUMN IF EXISTS age;
CREATE TABLE teams (id bigint PRIMARY KEY, a int);
ALTER TABLE teams DROP COLUMN a;
ALTER TABLE users DROP CONSTRAINT users_pkey;
