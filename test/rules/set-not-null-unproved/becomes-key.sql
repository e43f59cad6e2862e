-- before: CREATE TABLE users (id int, mail text);
-- down: SELECT 1;
-- It becomes the key below, or goes: the step cannot move to a later migration.
ALTER TABLE users ALTER COLUMN id SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER COLUMN id SET NOT NULL
ALTER TABLE users ALTER COLUMN mail SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER COLUMN mail SET NOT NULL
-- expect: add-unique-builds-index warning @ PRIMARY KEY
ALTER TABLE users ADD PRIMARY KEY (id);
ALTER TABLE users DROP COLUMN mail;
