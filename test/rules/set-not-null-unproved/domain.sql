-- before: CREATE DOMAIN mail AS text; CREATE DOMAIN unused AS text; CREATE TABLE users (id bigint PRIMARY KEY, email mail);
-- down: ALTER DOMAIN mail DROP NOT NULL;
ALTER DOMAIN mail SET NOT NULL; -- expect: set-not-null-unproved warning @ SET NOT NULL
ALTER DOMAIN unused SET NOT NULL;
