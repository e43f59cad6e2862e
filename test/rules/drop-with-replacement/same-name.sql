-- before: CREATE TABLE app.users (id bigint PRIMARY KEY, age text);
-- expect-file: drop-with-replacement warning @ DROP COLUMN age
ALTER TABLE app.users DROP COLUMN age;
ALTER TABLE app.users ADD COLUMN age integer;
