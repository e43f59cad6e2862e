-- tool: golang-migrate
-- before: CREATE TABLE ${schema}.users (id bigint PRIMARY KEY, email text);
-- down: ALTER TABLE ${schema}.users ALTER COLUMN email DROP NOT NULL;
-- A placeholder keeps its name in the message and in the new files.
ALTER TABLE ${schema}.users ALTER COLUMN email SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER COLUMN email SET NOT NULL
