-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text, age int NOT NULL); ALTER TABLE users ADD CONSTRAINT mail_there CHECK (mail IS NOT NULL) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT mail_there;
-- down: derived
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN mail SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT mail_there;
-- NOT NULL already: nothing is read.
ALTER TABLE users ALTER COLUMN age SET NOT NULL;
CREATE TABLE teams (id bigint PRIMARY KEY, title text);
ALTER TABLE teams ALTER title SET NOT NULL;
