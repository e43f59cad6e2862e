-- tool: diesel
-- before: CREATE TABLE jobs (id bigint PRIMARY KEY, done boolean);
-- down: SELECT 1;
-- file: 0002_change/metadata.toml: run_in_transaction = false
-- Two statements in one message are a transaction, with or without Diesel's own.
SET lock_timeout = '1s';
-- expect: commit-not-allowed error @ COMMIT
DO $$
BEGIN
  FOR i IN 1..3 LOOP
    UPDATE jobs SET done = true WHERE id = i;
    COMMIT;
  END LOOP;
END
$$;
