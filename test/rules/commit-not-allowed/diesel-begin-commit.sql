-- tool: diesel
BEGIN;
CREATE TABLE notes (id bigint PRIMARY KEY);
-- expect: commit-not-allowed warning @ COMMIT
COMMIT;
