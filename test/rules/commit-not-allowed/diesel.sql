-- tool: diesel
-- expect: commit-not-allowed @ COMMIT
DO $$
BEGIN
  PERFORM 1;
  COMMIT;
END
$$;
