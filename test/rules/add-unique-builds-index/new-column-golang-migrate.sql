-- tool: golang-migrate
-- before: CREATE TABLE users (id bigint PRIMARY KEY);
-- down: ALTER TABLE users DROP COLUMN "Slug";
SET lock_timeout = '2s';
ALTER TABLE users ADD COLUMN "Slug" text CONSTRAINT one_slug UNIQUE NOT NULL DEFAULT ''; -- expect: add-unique-builds-index warning @ UNIQUE
