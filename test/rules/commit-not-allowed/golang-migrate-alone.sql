-- tool: golang-migrate
-- expect: none
DO $$
BEGIN
  PERFORM 1;
  COMMIT;
END
$$;
