-- before: CREATE TYPE status AS ENUM ('open', 'closed', 'lost'); CREATE TYPE status_new AS ENUM ('open', 'closed'); CREATE TYPE status_more AS ENUM ('open', 'closed', 'lost', 'won'); CREATE TABLE a (s status); CREATE TABLE b (s status); CREATE TABLE c (s status);
SET LOCAL lock_timeout = '5s';
ALTER TABLE a ALTER COLUMN s TYPE status_new USING s::text::status_new; -- expect: change-type-narrows error @ ALTER COLUMN s TYPE status_new USING s::text::status_new
ALTER TABLE b ALTER COLUMN s TYPE status_more USING s::text::status_more;
-- The values that go are seen to.
UPDATE c SET s = 'closed' WHERE s = 'lost';
ALTER TABLE c ALTER COLUMN s TYPE status_new USING s::text::status_new;
