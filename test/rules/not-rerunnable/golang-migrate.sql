-- tool: golang-migrate
-- before: CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE people (id bigint PRIMARY KEY, mood text);
-- The BEGIN joins the transaction that the message is; its COMMIT ends it, and the rest is another one.
-- expect-file: not-rerunnable hint @ CREATE TYPE
-- expect-file: not-rerunnable hint @ ADD COLUMN
CREATE TYPE colour AS ENUM ('red');
BEGIN;
ALTER TABLE people ADD COLUMN note text;
COMMIT;
ALTER TABLE people ADD COLUMN other text;
ALTER TABLE people DROP COLUMN mood;
