-- tool: golang-migrate
CREATE TABLE notes (id bigint PRIMARY KEY);
-- expect: commit-not-allowed error @ COMMIT
DO $$
BEGIN
  PERFORM 1;
  COMMIT;
END
$$;
