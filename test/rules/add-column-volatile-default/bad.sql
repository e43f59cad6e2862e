-- before: CREATE TABLE users (id bigint PRIMARY KEY);
-- down: ALTER TABLE users DROP COLUMN token;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(); -- expect: add-column-volatile-default warning @ DEFAULT gen_random_uuid()
