-- before: CREATE TABLE accounts (id bigint PRIMARY KEY, balance_cents bigint);
-- down: derived
DO $$
BEGIN
  UPDATE accounts SET balance_cents = 0 WHERE id <= 1000;
  COMMIT;
  BEGIN
    UPDATE accounts SET balance_cents = 0 WHERE id > 1000;
  EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'left as it was';
  END;
  COMMIT;
END
$$;
