-- tool: plain
-- before: CREATE TABLE accounts (id bigint PRIMARY KEY, balance_cents bigint);
BEGIN;
-- expect: commit-not-allowed error @ COMMIT
DO $$
BEGIN
  UPDATE accounts SET balance_cents = 0 WHERE id <= 1000;
  COMMIT;
END
$$;
COMMIT;
