-- A CHECK that is not valid yet proves nothing, and one that compares lets NULL in.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text, age int CHECK (age > 0)); ALTER TABLE users ADD CONSTRAINT mail_there CHECK (mail IS NOT NULL) NOT VALID;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN mail SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER COLUMN mail SET NOT NULL
ALTER TABLE users ALTER COLUMN age SET NOT NULL, -- expect: set-not-null-unproved warning @ ALTER COLUMN age SET NOT NULL
  ALTER COLUMN id SET NOT NULL;
ALTER TABLE elsewhere ALTER COLUMN x SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER COLUMN x SET NOT NULL
