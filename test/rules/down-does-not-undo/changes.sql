-- direction: down
-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text, age integer);
-- up: ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- up: ALTER TABLE users ALTER COLUMN age TYPE bigint;
-- expect-file: down-does-not-undo information @ -- direction: down
-- There was something here.
SELECT 1;
