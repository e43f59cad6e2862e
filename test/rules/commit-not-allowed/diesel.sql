-- tool: diesel
-- expect: commit-not-allowed error @ COMMIT
DO $$
BEGIN
  PERFORM 1;
  COMMIT;
END
$$;
