-- tool: golang-migrate
-- before: CREATE TABLE users (id bigint PRIMARY KEY, age int);
-- down: ALTER TABLE users DROP CONSTRAINT age_positive;
BEGIN;
COMMIT;
-- The file is one message: behind COMMIT an implicit transaction begins.
ALTER TABLE users ADD CONSTRAINT age_positive CHECK (age > 0) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT age_positive; -- expect: validate-in-same-transaction warning @ VALIDATE CONSTRAINT age_positive
