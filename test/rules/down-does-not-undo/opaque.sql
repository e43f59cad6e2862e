-- direction: down
-- up: CREATE TABLE a (id bigint PRIMARY KEY);
-- expect: none
DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$;
