-- expect: commit-not-allowed error @ COMMIT
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
