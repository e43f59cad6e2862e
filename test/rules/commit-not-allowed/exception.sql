-- expect: commit-not-allowed @ COMMIT
DO $$
BEGIN
  BEGIN
    PERFORM 1;
    COMMIT;
  EXCEPTION WHEN OTHERS THEN
    NULL;
  END;
END
$$;
